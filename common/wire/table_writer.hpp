#pragma once
// Definitions and readings of one table -> messages of hallmonitor.proto. Internal to common/wire.

#include "common/model/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::wire {

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

/// Appends to a Body: what the table is, with the reading before if there was one.
void write_definition(
    std::string& body,
    std::uint32_t number,
    const TableDefinition& definition,
    const Moment* moment,
    const Cells& cells
);

/// Appends to a Body a reading as differences to `moment` and `last`; null moment: to 0, with all
/// cells there.
void write_reading(
    std::string& body,
    std::uint32_t number,
    const TableDefinition& definition,
    const Moment* moment,
    const Cells& last,
    const TableReading& reading
);

} // namespace hallmonitor::wire
