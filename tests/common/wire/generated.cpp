#include "tests/common/wire/generated.hpp"

#include <array>

namespace hallmonitor::test {
namespace {

constexpr std::array<Metric, 6> all_columns{
    Metric::if_oper_status,
    Metric::row_ticks,
    Metric::row_delay,
    Metric::if_in_octets,
    Metric::if_out_octets,
    Metric::device_state_age,
};

} // namespace

std::uint64_t Generator::below(std::uint64_t limit)
{
    return random_() % limit;
}

Cell Generator::moved(Cell before)
{
    switch (below(10)) {
    case 0: return std::nullopt;
    case 1: return random_();                        // anything, above 2^63 too
    case 2: return 0;                                // a reset
    case 3: return before.value_or(0) - below(1000); // backwards, below 0 too
    case 4:
    case 5: return before.value_or(0) + below(1'000'000); // wraps when it was near the end
    default: return before;
    }
}

void Generator::redefine(Living& living)
{
    living.table.columns.clear();
    for (const Metric metric : all_columns)
        if (below(4) > 0) living.table.columns.push_back(metric);
    living.table.rows.clear();
    const std::uint64_t rows = below(6);
    for (std::uint64_t row = 0; row < rows; ++row)
        living.table.rows.push_back({
            .key = "port " + std::to_string(row * 7 + below(3)),
            .attributes = {{Attribute::if_alias, "v" + std::to_string(below(5))}},
            .wide_columns = below(4) == 0 ? below(64) : 63,
        });
    living.cells.assign(rows * living.table.columns.size(), Cell{});
}

void Generator::move_on(Living& living)
{
    for (Cell& cell : living.cells)
        cell = moved(cell);
    living.ticks += static_cast<std::uint32_t>(below(4) == 0 ? random_() : below(6000));
}

GeneratedReading Generator::next()
{
    now_ = now_ + std::chrono::microseconds{static_cast<std::int64_t>(below(5'000'000))};
    if (tables_.empty() || (tables_.size() < 5 && below(10) == 0)) {
        Living fresh;
        fresh.table.device = "device " + std::to_string(tables_.size());
        fresh.table.kind = TableKind::interface;
        fresh.table.interval = std::chrono::milliseconds{below(60'000)};
        tables_.push_back(fresh);
        redefine(tables_.back());
    }
    Living& living = tables_[below(tables_.size())];
    if (below(12) == 0) redefine(living);
    move_on(living);
    TableReading reading{.taken_at = now_, .uptime = std::nullopt, .cells = living.cells};
    if (below(5) > 0) reading.uptime = DeviceTicks{living.ticks};
    return {.table = living.table, .reading = std::move(reading)};
}

} // namespace hallmonitor::test
