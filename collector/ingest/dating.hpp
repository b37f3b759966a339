#pragma once
// Dates for what an agent read while its own clock gave none: a machine without a battery clock
// stands in 1970 until it is told the time, another years ahead.

#include "common/time.hpp"
#include "common/wire/batch.hpp"

#include <cstdint>

namespace hallmonitor::collector {

/// One moment by the agent's monotonic clock and by the collector's wall clock.
struct SharedMoment {
    std::uint64_t boot{0}; // mono is of this boot of the agent's machine
    ClockAnchor at;
};

/// Of a batch that was sealed before 2020, or more than furthest_ahead after its moment by the
/// collector's clock: places readings and events by the collector's clock. Those of another boot
/// keep what they have.
void date_anew(DecodedBatch& batch, const SharedMoment& known);

} // namespace hallmonitor::collector
