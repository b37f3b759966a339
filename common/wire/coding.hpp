#pragma once
// What both ends of the batch format must compute alike: expected values, and how much a batch may
// make a decoder hold. Internal to common/wire.

#include "common/limits.hpp"
#include "common/model/table.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hallmonitor::wire {

/// How far the clocks moved between two readings; from 0 when there is none before.
struct ClockSteps {
    std::uint64_t ticks{0};        // of the device's sysUpTime; 0 when it gave none
    std::uint64_t milliseconds{0}; // of the agent's clock, each end rounded down
};

constexpr std::uint64_t milliseconds_between(MonoTime earlier, MonoTime later)
{
    using std::chrono::floor, std::chrono::milliseconds;
    return static_cast<std::uint64_t>(floor<milliseconds>(later.since_boot).count()) -
           static_cast<std::uint64_t>(floor<milliseconds>(earlier.since_boot).count());
}

/// By how much a cell of `metric` grows if nothing happens: differences on the wire are to that.
constexpr std::uint64_t expected_growth(Metric metric, const ClockSteps& steps)
{
    switch (metric) {
    case Metric::row_ticks: return steps.ticks;
    case Metric::device_state_age: return steps.milliseconds;
    default: return 0;
    }
}

/// A batch's load is the sum over its readings of this and over its events of event_load. A decoder
/// refuses more than most_load; an encoder asks to be sealed at half of it.
constexpr std::size_t reading_load(std::size_t cells)
{
    return cells + 16;
}
inline constexpr std::size_t event_load = 64;
inline constexpr std::size_t most_load = 2 * limits::series_per_agent;

/// Cells, rows and attributes of the tables of one agent, each within its limit.
struct TablesSize {
    std::size_t cells{0};
    std::size_t rows{0};
    std::size_t attributes{0};

    constexpr TablesSize& operator+=(const TablesSize& other)
    {
        cells += other.cells;
        rows += other.rows;
        attributes += other.attributes;
        return *this;
    }
    constexpr TablesSize& operator-=(const TablesSize& other)
    {
        cells -= other.cells;
        rows -= other.rows;
        attributes -= other.attributes;
        return *this;
    }
    [[nodiscard]] constexpr bool is_within_limits() const
    {
        return cells <= limits::series_per_agent && rows <= limits::rows_per_agent &&
               attributes <= limits::attributes_per_agent;
    }
};

/// A table counts as a row more than it has, so that empty ones are bounded too.
inline TablesSize size_of(const TableDefinition& table)
{
    TablesSize size{
        .cells = table.rows.size() * table.columns.size(),
        .rows = table.rows.size() + 1,
        .attributes = 0,
    };
    for (const Row& row : table.rows)
        size.attributes += row.attributes.size();
    return size;
}

} // namespace hallmonitor::wire
