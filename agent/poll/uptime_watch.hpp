#pragma once
// What a device's sysUpTime tells from one reply to the next: did it restart, does its clock run?

#include "agent/poll/anomaly.hpp"
#include "common/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hallmonitor::agent {

class UptimeWatch {
public:
    /// `behind`: so much may a reading lie before the one that was noted last, since replies to
    /// requests side by side overtake each other.
    explicit UptimeWatch(std::chrono::milliseconds behind) : behind_(behind) {}

    /// True when the device restarted since the last reply, also where it has run longer since than
    /// before. A wrap after 497 days is no restart.
    bool note(DeviceTicks uptime, MonoTime now);

    [[nodiscard]] std::optional<DeviceTicks> last() const { return last_; }
    /// What is wrong with the sysUpTime that a whole cycle told, if anything.
    [[nodiscard]] std::optional<Finding> finding(const std::optional<DeviceTicks>& told) const;

    /// It stands still though time passes.
    [[nodiscard]] bool is_frozen() const;

private:
    std::chrono::milliseconds behind_;
    std::optional<DeviceTicks> last_;
    MonoTime last_at_;
    MonoTime moved_at_;
};

} // namespace hallmonitor::agent
