#pragma once
// Dates for what an agent read while its own clock gave none: a machine without a battery clock
// stands in 1970 until it is told the time, another years ahead.

#include "common/time.hpp"

#include <cstdint>

namespace hallmonitor::collector {

/// When an agent said hello, by both sides' clocks. How late it was read is told by what comes
/// after it, and by clocks that nobody sets.
class HelloMoment {
public:
    /// `said`: by the clocks of the agent, whose machine is in `boot`. `read`: by the collector's.
    HelloMoment(std::uint64_t boot, ClockAnchor said, MonoTime read)
        : boot_(boot), at_(said), read_(read), now_(read)
    {}

    /// It was answered at once, at this moment by the collector's clock.
    void answered(WallTime now) { at_.wall = now; }
    /// What is placed next comes `now`.
    void arrives(MonoTime now) { now_ = now; }

    /// What places the readings of a batch that an agent sealed: its own clocks, or the collector's
    /// where they say that it was before 2020, or more than furthest_ahead after its moment by the
    /// collector's clock. For another boot than the hello's those are the agent's own.
    [[nodiscard]] ClockAnchor place(std::uint64_t boot, ClockAnchor sealed_at);

private:
    std::uint64_t boot_;
    ClockAnchor at_; // mono: the agent's; wall: the collector's, once answered
    MonoTime read_;
    MonoTime now_;
};

} // namespace hallmonitor::collector
