#pragma once
// The agent's polling in the world: engine, liveness and reports against the devices of a site, as
// agent/io/device_loop joins them.

#include "agent/poll/device_report.hpp"
#include "agent/poll/engine.hpp"
#include "agent/poll/liveness.hpp"
#include "tests/sim/world/events.hpp"
#include "tests/sim/world/recording.hpp"
#include "tests/sim/world/site.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hallmonitor::world {

/// What all agents of a world watch like.
struct Habits {
    std::chrono::milliseconds liveness_interval{10'000};
    std::chrono::milliseconds poll_interval{60'000};
};

class Watching {
public:
    using Clock = std::function<MonoTime()>;
    /// All but `life` outlive it.
    Watching(
        const Life& life,
        Site& site,
        Recording& recording,
        Clock clock,
        const Habits& habits,
        std::uint64_t seed
    );

    void start();
    /// Nothing more is asked or told.
    void stop() { is_stopped_ = true; }
    [[nodiscard]] bool is_stopped() const { return is_stopped_; }
    [[nodiscard]] agent::Engine::Counts counts() const { return engine_.counts(); }

private:
    void tick();
    void take_reply(std::size_t number, const std::vector<std::byte>& bytes);
    void take_results();
    void take_outcome(std::uint32_t number, const agent::PollOutcome& outcome);
    void take_verdict(const agent::Verdict& verdict);
    void flush();
    void hurry();

    const Life& life_;
    Site& site_;
    Recording& recording_;
    Clock clock_;
    agent::Engine engine_;
    agent::Liveness liveness_;
    std::vector<agent::DeviceConfig> configs_;
    std::vector<agent::DeviceReport> reports_;
    bool has_news_{false};
    bool is_stopped_{false};
    MonoTime hurried_at_;
};

} // namespace hallmonitor::world
