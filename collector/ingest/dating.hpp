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

/// What places the readings of a batch that an agent sealed: its own clocks, or `known` where they
/// say that it was before 2020, or more than furthest_ahead after its moment by the collector's
/// clock. For another boot `known` says nothing.
[[nodiscard]] ClockAnchor placing_of(
    std::uint64_t boot, ClockAnchor sealed_at, const SharedMoment& known
);

} // namespace hallmonitor::collector
