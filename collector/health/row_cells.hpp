#pragma once
// One row of a table's reading by metric: where the columns of a definition are is looked up once a
// definition, never once a cell.

#include "collector/health/evidence.hpp"
#include "collector/store/counting.hpp"
#include "common/model/table.hpp"
#include "common/wire/batch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hallmonitor::collector {

/// Places of a definition's columns by metric number.
class Columns {
public:
    Columns() { places_.fill(absent); }
    explicit Columns(const TableDefinition& table);

    /// By slot where among a reading's cells those of each of the twelve counters begin; empty when
    /// one has none.
    using CounterPlaces = std::array<std::size_t, interface_counters>;
    [[nodiscard]] const std::optional<CounterPlaces>& counters() const { return counters_; }
    /// Bit i: the counter at slot i is 64 bits wide in a row with these wide_columns.
    [[nodiscard]] std::uint32_t wide_slots(std::uint64_t wide_columns) const;

    [[nodiscard]] std::optional<std::size_t> place(Metric metric) const
    {
        const auto number = static_cast<std::size_t>(metric);
        if (number >= places_.size() || places_[number] == absent) return std::nullopt;
        return places_[number];
    }

private:
    static constexpr std::uint8_t absent = 0xff;
    std::array<std::uint8_t, 256> places_{};
    std::optional<CounterPlaces> counters_;
};

/// Cells of row `row` of a reading that is laid out as `columns` say.
struct RowCells {
    const TableReading& reading;
    const Columns& columns;
    std::size_t rows{0};
    std::size_t row{0};

    [[nodiscard]] Cell operator[](Metric metric) const
    {
        const auto place = columns.place(metric);
        return place ? at(*place) : Cell{};
    }
    [[nodiscard]] Cell at(std::size_t column) const { return reading.cells[column * rows + row]; }
};

/// The row's own moment and counters: the table's stamp moved by what row_delay and row_ticks say.
/// `wide` is the row's wide_slots.
[[nodiscard]] RowReading read_row(
    const PlacedReading& placed, const RowCells& cells, std::uint32_t wide
);

/// What all rows of a table of interfaces together say of a step: one that began anew speaks
/// against those that cannot have. `wide` holds the wide_slots of each.
[[nodiscard]] Continuity continuity_of(
    const Step& step, const Columns& columns, const std::vector<std::uint32_t>& wide
);

/// ifOperStatus as read; unknown when it is none of RFC 2863's.
[[nodiscard]] OperStatus oper_status(const RowCells& cells);
[[nodiscard]] AdminStatus admin_status(const RowCells& cells);

/// What the reading says of the interface's state. Unknown where it says nothing.
[[nodiscard]] Observation observe_interface(const RowCells& cells, WallTime at);

/// device_state: the agent's verdict on the device.
[[nodiscard]] Observation observe_device(const RowCells& cells, WallTime at);

} // namespace hallmonitor::collector
