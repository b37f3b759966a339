#pragma once
// Definitions and readings of one table -> messages of hallmonitor.proto. Internal to common/wire.

#include "common/model/table.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::wire {

/// The shape of a table's readings.
struct Layout {
    std::vector<Metric> columns;
    std::size_t rows{0};
    std::chrono::milliseconds interval{0};

    [[nodiscard]] std::size_t cells() const { return rows * columns.size(); }
};
[[nodiscard]] Layout layout_of(const TableDefinition& definition);

/// Cells moved to another layout: rows by key, columns by metric; what is new, or counted in
/// another width, is absent.
[[nodiscard]] Cells relaid(
    const Cells& from, const TableDefinition& old, const TableDefinition& fresh
);

/// A reading's moment; the boot and wall belong to the carry-over alone.
struct Moment {
    std::uint64_t boot{0};
    MonoTime taken_at;
    std::optional<DeviceTicks> uptime;
    std::optional<WallTime> wall; // empty: of the batch being written, placed by its own clocks
};

/// The cells of a reading of `rows` alone; the others as they were at `moment`, dated back to when
/// they were read.
[[nodiscard]] Cells with_rows(
    const Cells& before,
    const Moment& moment,
    const TableReading& reading,
    const Layout& layout,
    std::span<const std::uint32_t> rows
);

/// The fields of a message Definition that say what the table is: all but its number and the
/// carry-over.
[[nodiscard]] std::string definition_fields(const TableDefinition& definition);

/// Appends to a Body: what the table is, with the reading before if there was one.
void write_definition(
    std::string& body,
    std::uint32_t number,
    std::string_view fields,
    const Layout& layout,
    const Moment* moment,
    const Cells& cells
);

/// Appends to a Body a reading as differences to `moment` and `last`; null moment: to 0, with all
/// cells there.
void write_reading(
    std::string& body,
    std::uint32_t number,
    const Layout& layout,
    const Moment* moment,
    const Cells& last,
    const TableReading& reading
);

} // namespace hallmonitor::wire
