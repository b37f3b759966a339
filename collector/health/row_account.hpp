#pragma once
// One row's books: what a step counted, at what rate, and how the totals go on over cuts.

#include "collector/health/evidence.hpp"
#include "collector/health/snapshot.hpp"
#include "collector/store/counting.hpp"

#include <chrono>
#include <optional>

namespace hallmonitor::collector {

/// Adds what was counted between the last reading known and a step's start, so that totals continue
/// over a cut, and over readings in which the row was missing: counter by counter up to `earlier`
/// where that has the counter, else up to `later`.
void bridge(
    InterfaceView& row,
    const RowReading& last,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    std::chrono::milliseconds hold
);

/// Moves totals and rates on by a live step; the row has its new state already. Gives how many
/// rates the port cannot carry: they are counted, not shown. `step` is empty for a row's first
/// reading.
unsigned count_live(
    InterfaceView& row,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    const RowStep& step,
    std::chrono::milliseconds hold
);

/// Shows a live observation; `since` is when its state began, if it is a new one.
void show(InterfaceView& row, const Observation& seen, WallTime since);

} // namespace hallmonitor::collector
