#pragma once
// Messages of hallmonitor.proto -> definitions and readings of one table. Everything is checked
// against limits.hpp before it is kept: these bytes come from another machine. Internal to
// common/wire.

#include "common/error.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/protozero.hpp"

#include <cstdint>
#include <optional>

namespace hallmonitor::wire {

/// Clocks beyond these (143 years) are broken bytes, and sums of them cannot overflow.
[[nodiscard]] std::optional<MonoTime> mono_of(std::int64_t microseconds);
[[nodiscard]] std::optional<WallTime> wall_of(std::int64_t milliseconds);

struct ReadDefinition {
    std::uint32_t number{0};
    TableDefinition definition;
    std::optional<protozero::pbf_reader> carry_over;
};

/// Errors: malformed, too_large. Throws protozero's exceptions, as all functions here.
[[nodiscard]] Result<ReadDefinition> read_definition(protozero::pbf_reader message);

/// The carry-over of a table; what it does not place is placed by the batch's own clocks.
[[nodiscard]] Result<PlacedReading> read_carry_over(
    protozero::pbf_reader message, const TableDefinition& definition, ClockAnchor sealed_at
);

struct ReadingFields {
    std::uint32_t table{0};
    std::int64_t late_us{0};
    std::optional<std::int64_t> ticks;
    std::uint64_t changed{0};
    protozero::data_view differences;
    protozero::data_view presence;
    std::uint64_t covered_ms{0};
};
[[nodiscard]] ReadingFields read_fields(protozero::pbf_reader message);

/// The reading that follows `last` (null: none before). Errors: malformed.
[[nodiscard]] Result<TableReading> read_reading(
    const ReadingFields& fields, const TableDefinition& definition, const TableReading* last
);

/// Errors: malformed.
[[nodiscard]] Result<Event> read_event(protozero::pbf_reader message);

} // namespace hallmonitor::wire
