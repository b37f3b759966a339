#pragma once
// One row's books: what a step counted, at what rate, and how the totals go on over cuts.

#include "collector/health/table_state.hpp"

namespace hallmonitor::collector {

struct RowCount {
    RowStep step;
    unsigned implausible{0}; // rates that the port cannot carry: counted, not shown
};

/// Counts a step of `row`. In the live lane it also moves totals, rates and the last reading on:
/// totals take over what was counted between the last reading known and the step's start, so that
/// they continue over a cut, and over readings in which the row was missing.
RowCount count_row(
    RowState& row,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    std::chrono::milliseconds hold,
    wire::Lane lane
);

/// Shows a live observation; `since` is when its state began, if it is a new one.
void show(RowState& row, const Observation& seen, WallTime since);

} // namespace hallmonitor::collector
