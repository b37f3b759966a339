#pragma once
// Which findings of one device are told to people: each when it begins and when it is over, at most
// so many an hour.

#include "agent/poll/anomaly.hpp"
#include "common/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

struct AnomalyNotice {
    bool begins{true};
    std::string text; // a sentence to stand behind the device's name
};

class AnomalyLog {
public:
    static constexpr unsigned notices_per_hour = 12;
    /// Answered cycles without it after which an anomaly is over.
    static constexpr unsigned quiet_cycles = 10;

    /// A cycle ended at `now` with these findings. `answered`: only then does their absence mean
    /// anything.
    [[nodiscard]] std::vector<AnomalyNotice> take(
        std::span<const Finding> findings, bool answered, MonoTime now
    );

    /// Whether one more notice of this device may be told now; counts it if so.
    [[nodiscard]] bool may_tell(MonoTime now);

private:
    struct Known {
        bool is_on{false};
        bool is_told{false}; // that it is on
        std::uint8_t quiet{0};
    };
    std::array<Known, anomalies> known_{};
    unsigned on_{0}; // anomalies that are on
    std::uint8_t told_{0};
    MonoTime hour_began_;
};

} // namespace hallmonitor::agent
