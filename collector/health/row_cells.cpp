#include "collector/health/row_cells.hpp"

#include "common/limits.hpp"

#include <algorithm>

namespace hallmonitor::collector {

Columns::Columns(const TableDefinition& table)
{
    places_.fill(absent);
    for (std::size_t c = 0; c < table.columns.size() && c < absent; ++c) {
        const auto number = static_cast<std::size_t>(table.columns[c]);
        if (number < places_.size()) places_.at(number) = static_cast<std::uint8_t>(c);
    }
    CounterPlaces counters{};
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        const auto column = place(counter_at(slot));
        if (!column) return;
        counters.at(slot) = *column * table.rows.size();
    }
    counters_ = counters;
}

std::uint32_t Columns::wide_slots(std::uint64_t wide_columns) const
{
    std::uint32_t wide = 0;
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        const auto column = place(counter_at(slot));
        if (column && *column < 64 && (wide_columns >> *column & 1) != 0) wide |= 1U << slot;
    }
    return wide;
}

namespace {

// A row that its agent has not read for longer than evidence of it can hold.
constexpr std::chrono::milliseconds oldest_row = evidence_hold(limits::longest_interval);

Stamp row_stamp(const PlacedReading& placed, const RowCells& cells)
{
    using std::chrono::milliseconds;
    constexpr milliseconds longest_walk = std::chrono::hours{1};
    Stamp stamp = stamp_of(placed);
    if (const Cell delay = cells[Metric::row_delay]) {
        const milliseconds late =
            std::clamp(milliseconds{static_cast<std::int64_t>(*delay)}, -oldest_row, longest_walk);
        stamp.mono = stamp.mono + late;
        stamp.wall = stamp.wall + late;
    }
    if (const Cell ticks = cells[Metric::row_ticks])
        stamp.uptime = DeviceTicks{static_cast<std::uint32_t>(*ticks)};
    return stamp;
}

// Most readings of most devices have all twelve of every row.
Counters counters_of(const RowCells& cells)
{
    Counters counters;
    const Cells& all = cells.reading.cells;
    if (const auto& places = cells.columns.counters(); places && all.all_there()) {
        const std::uint64_t* const numbers = all.numbers().data() + cells.row;
        for (std::size_t slot = 0; slot < interface_counters; ++slot)
            counters.numbers[slot] = numbers[(*places)[slot]];
        counters.there = (1U << interface_counters) - 1;
        return counters;
    }
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        counters.set(slot, cells[counter_at(slot)]);
    return counters;
}

} // namespace

RowReading read_row(const PlacedReading& placed, const RowCells& cells, std::uint32_t wide)
{
    return {
        .stamp = row_stamp(placed, cells),
        .counters = counters_of(cells),
        .wide = wide,
        .discontinuity = cells[Metric::if_discontinuity],
        .speed = {cells[Metric::if_speed].value_or(0)},
    };
}

Continuity continuity_of(
    const Step& step, const Columns& columns, const std::vector<std::uint32_t>& wide
)
{
    const bool has_begun_anew = step.table->kind == TableKind::interface && step.earlier &&
                                has_restarted(stamp_of(*step.earlier), stamp_of(*step.later));
    Continuity all = Continuity::unclear;
    const std::size_t rows = has_begun_anew ? step.table->rows.size() : 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const RowCells before{step.earlier->reading, columns, rows, row};
        const RowCells after{step.later->reading, columns, rows, row};
        const Continuity one = continuity_of(
            read_row(*step.earlier, before, wide[row]), read_row(*step.later, after, wide[row])
        );
        if (one == Continuity::began_anew) return one;
        if (one == Continuity::went_on) all = one;
    }
    return all;
}

OperStatus oper_status(const RowCells& cells)
{
    const Cell oper = cells[Metric::if_oper_status];
    if (!oper || *oper < 1 || *oper > 7) return OperStatus::unknown;
    return static_cast<OperStatus>(*oper);
}

AdminStatus admin_status(const RowCells& cells)
{
    const Cell admin = cells[Metric::if_admin_status];
    if (!admin || *admin < 1 || *admin > 3) return AdminStatus::up;
    return static_cast<AdminStatus>(*admin);
}

Observation observe_interface(const RowCells& cells, WallTime at)
{
    return {.at = at, .state = interface_state(admin_status(cells), oper_status(cells))};
}

Observation observe_device(const RowCells& cells, WallTime at)
{
    const Cell state = cells[Metric::device_state];
    if (state == 1) return {.at = at, .state = State::up};
    if (state == 2) return {.at = at, .state = State::down};
    if (state == 3) return {.at = at, .state = State::outside};
    return {.at = at, .state = State::unknown};
}

} // namespace hallmonitor::collector
