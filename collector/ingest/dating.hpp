#pragma once
// Dates for what an agent read while its own clock gave none: a machine without a battery clock
// stands in 1970 until it is told the time, another years ahead.

#include "common/time.hpp"

#include <cstdint>

namespace hallmonitor::collector {

/// One moment by the agent's monotonic clock and by the collector's wall clock.
struct SharedMoment {
    std::uint64_t boot{0}; // mono is of this boot of the agent's machine
    ClockAnchor at;
};

/// When an agent said hello, by both sides' clocks.
class HelloMoment {
public:
    /// `said`: by the clocks of the agent, whose machine is in `boot`.
    HelloMoment(std::uint64_t boot, ClockAnchor said) : known_{.boot = boot, .at = said} {}

    /// It was answered `now`, and came a while before.
    void answered(WallTime now) { known_.at.wall = now; }
    /// What is placed next comes `now`.
    void arrives(WallTime now) { now_ = now; }

    /// What places the readings of a batch that an agent sealed: its own clocks, or the collector's
    /// where they say that it was before 2020, or more than furthest_ahead after its moment by the
    /// collector's clock. For another boot than the hello's those are the agent's own. A batch that
    /// comes before that moment tells how long the hello lay unread at least.
    [[nodiscard]] ClockAnchor place(std::uint64_t boot, ClockAnchor sealed_at);

private:
    SharedMoment known_;
    WallTime now_;
};

} // namespace hallmonitor::collector
