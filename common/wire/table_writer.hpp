#pragma once
// Definitions and readings of one table -> messages of hallmonitor.proto. Internal to common/wire.

#include "common/model/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::wire {

/// The last reading of a table, as the base of the next one's differences. Eight octets and a bit a
/// cell: an agent holds one for every table.
struct Values {
    std::vector<std::uint64_t> numbers; // 0 where absent
    std::vector<bool> present;
    bool operator==(const Values&) const = default;
};

/// What a reading is the difference to when there is none before: all there, all 0.
[[nodiscard]] Values blank_values(const TableDefinition& definition);
[[nodiscard]] Values values_of(const std::vector<Cell>& cells);
[[nodiscard]] std::vector<Cell> cells_of(const Values& values);

/// Values moved to another layout: rows by key, columns by metric; what is new, or counted in
/// another width, is absent.
[[nodiscard]] Values relaid(
    const Values& from, const TableDefinition& old, const TableDefinition& fresh
);

/// A reading's moment; the boot and wall belong to the carry-over alone.
struct Moment {
    std::uint64_t boot{0};
    MonoTime taken_at;
    std::optional<DeviceTicks> uptime;
    std::optional<WallTime> wall; // empty: of the batch being written, placed by its own clocks
};

/// Appends to a Body: what the table is, with the reading before if there was one.
void write_definition(
    std::string& body,
    std::uint32_t number,
    const TableDefinition& definition,
    const Moment* moment,
    const Values& values
);

/// Appends to a Body a reading as differences to `moment` and `values`; null moment: to 0.
void write_reading(
    std::string& body,
    std::uint32_t number,
    const TableDefinition& definition,
    const Moment* moment,
    const Values& values,
    const TableReading& reading
);

} // namespace hallmonitor::wire
