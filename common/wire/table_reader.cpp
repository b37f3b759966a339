#include "common/wire/table_reader.hpp"

#include "common/limits.hpp"
#include "common/model/text.hpp"
#include "common/wire/coding.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/varint.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace hallmonitor::wire {
namespace {

using protozero::data_view;
using protozero::pbf_reader;

constexpr std::int64_t farthest = std::int64_t{1} << 52;

std::string_view view_of(const data_view& bytes)
{
    return {bytes.data(), bytes.size()};
}

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// An agent has sanitized it; another program that speaks the format may not have.
std::string clean(std::string_view text)
{
    return is_plain(text) ? std::string{text} : sanitize(text);
}

// Names that things are found by must be right as they are: two could become one.
Result<std::string> read_name(const data_view& bytes)
{
    if (bytes.size() > limits::device_string_bytes) return Errc::too_large;
    std::string name = clean(view_of(bytes));
    if (name != view_of(bytes)) return Errc::malformed;
    return name;
}

Result<void> read_attribute(pbf_reader message, Row& row)
{
    std::uint32_t name = 0;
    data_view value;
    while (message.next()) {
        switch (message.tag()) {
        case field::attribute::name: name = message.get_uint32(); break;
        case field::attribute::value: value = message.get_view(); break;
        default: message.skip();
        }
    }
    if (value.size() > limits::device_string_bytes) return Errc::too_large;
    // A name beyond an octet is newer than we know.
    if (name <= 0xff) row.attributes.set(static_cast<Attribute>(name), clean(view_of(value)));
    return {};
}

Result<Row> read_row(pbf_reader message)
{
    Row row;
    while (message.next()) {
        switch (message.tag()) {
        case field::row::key: {
            auto key = read_name(message.get_view());
            if (!key) return key.error();
            row.key = std::move(*key);
            break;
        }
        case field::row::attributes:
            if (auto read = read_attribute(message.get_message(), row); !read) return read.error();
            break;
        case field::row::wide_columns: row.wide_columns = message.get_uint64(); break;
        default: message.skip();
        }
    }
    return row;
}

Result<void> read_columns(pbf_reader& message, std::vector<Metric>& columns)
{
    for (const std::uint32_t number : message.get_packed_uint32()) {
        if (columns.size() == limits::columns_per_table) return Errc::too_large;
        if (number > 0xffff) return Errc::malformed;
        columns.push_back(static_cast<Metric>(number));
    }
    return {};
}

Result<void> read_definition_field(pbf_reader& message, ReadDefinition& into)
{
    TableDefinition& definition = into.definition;
    switch (message.tag()) {
    case field::definition::table: into.number = message.get_uint32(); break;
    case field::definition::device: {
        auto device = read_name(message.get_view());
        if (!device) return device.error();
        definition.device = std::move(*device);
        break;
    }
    case field::definition::kind: {
        const std::uint32_t kind = message.get_uint32();
        if (kind == 0 || kind > 0xff) return Errc::malformed;
        definition.kind = static_cast<TableKind>(kind);
        break;
    }
    case field::definition::interval_ms: {
        const std::uint64_t interval = message.get_uint64();
        constexpr std::chrono::milliseconds longest = limits::longest_interval;
        if (interval > static_cast<std::uint64_t>(longest.count())) return Errc::malformed;
        definition.interval = std::chrono::milliseconds{static_cast<std::int64_t>(interval)};
        break;
    }
    case field::definition::columns: return read_columns(message, definition.columns);
    case field::definition::rows: {
        if (definition.rows.size() == limits::rows_per_table) return Errc::too_large;
        auto row = read_row(message.get_message());
        if (!row) return row.error();
        definition.rows.push_back(std::move(*row));
        break;
    }
    case field::definition::carry_over: into.carry_over = message.get_message(); break;
    default: message.skip();
    }
    return {};
}

// Marks cells as there (with 0, if they were not) or absent.
bool apply_presence(const data_view& bits, Cells& cells)
{
    if (bits.size() == 0) return true;
    if (bits.size() != (cells.size() + 7) / 8) return false;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    cells.set_presence({reinterpret_cast<const std::uint8_t*>(bits.data()), bits.size()});
    return true;
}

// Throws where the octets end within a difference, as protozero does.
void add_differences(
    Varints& octets, Cells& cells, std::size_t begin, std::size_t rows, std::uint64_t expected
)
{
    const std::span<std::uint64_t> numbers = cells.numbers();
    const bool all_there = cells.all_there();
    for (std::size_t i = begin; i < begin + rows; ++i) {
        if (!all_there && !cells.is_there(i)) continue;
        const std::int64_t difference = protozero::decode_zigzag64(octets.take());
        numbers[i] += expected + static_cast<std::uint64_t>(difference);
    }
}

void add_expected(Cells& cells, std::size_t begin, std::size_t rows, std::uint64_t expected)
{
    if (expected == 0) return;
    for (std::size_t i = begin; i < begin + rows; ++i)
        if (cells.is_there(i)) cells.numbers()[i] += expected;
}

bool apply_differences(
    const ReadingFields& fields,
    const TableDefinition& definition,
    const ClockSteps& steps,
    Cells& cells
)
{
    const std::size_t rows = definition.rows.size();
    Varints octets{
        .at = fields.differences.data(),
        .end = fields.differences.data() + fields.differences.size(),
    };
    for (std::size_t c = 0; c < definition.columns.size(); ++c) {
        const std::uint64_t expected = expected_growth(definition.columns[c], steps);
        if ((fields.changed >> c & 1) != 0) {
            add_differences(octets, cells, c * rows, rows, expected);
        } else {
            add_expected(cells, c * rows, rows, expected);
        }
    }
    return octets.at == octets.end;
}

} // namespace

std::optional<MonoTime> mono_of(std::int64_t microseconds)
{
    if (microseconds < 0 || microseconds > farthest) return std::nullopt;
    return MonoTime{std::chrono::microseconds{microseconds}};
}

std::optional<WallTime> wall_of(std::int64_t milliseconds)
{
    if (milliseconds < -farthest || milliseconds > farthest) return std::nullopt;
    return WallTime{std::chrono::milliseconds{milliseconds}};
}

Result<ReadDefinition> read_definition(pbf_reader message)
{
    ReadDefinition read;
    while (message.next())
        if (auto taken = read_definition_field(message, read); !taken) return taken.error();
    const TableDefinition& definition = read.definition;
    const bool has_one_row =
        definition.kind == TableKind::device || definition.kind == TableKind::agent;
    if (definition.kind == TableKind{} || (has_one_row && definition.rows.size() != 1))
        return Errc::malformed;
    if (!size_of(definition).is_within_limits()) return Errc::too_large;
    return read;
}

ReadingFields read_fields(pbf_reader message)
{
    ReadingFields fields;
    while (message.next()) {
        switch (message.tag()) {
        case field::reading::table: fields.table = message.get_uint32(); break;
        case field::reading::taken_at_us: fields.late_us = message.get_sint64(); break;
        case field::reading::uptime_ticks: fields.ticks = message.get_sint64(); break;
        case field::reading::changed_columns: fields.changed = message.get_uint64(); break;
        case field::reading::differences: fields.differences = message.get_view(); break;
        case field::reading::presence: fields.presence = message.get_view(); break;
        case field::reading::covered_ms: fields.covered_ms = message.get_uint64(); break;
        default: message.skip();
        }
    }
    return fields;
}

Result<TableReading> read_reading(
    const ReadingFields& fields, const TableDefinition& definition, const TableReading* last
)
{
    const MonoTime before = last != nullptr ? last->taken_at : MonoTime{};
    if (fields.late_us < -2 * farthest || fields.late_us > farthest) return Errc::malformed;
    const auto taken_at =
        mono_of((before.since_boot + definition.interval).count() + fields.late_us);
    if (!taken_at) return Errc::malformed;

    if (fields.covered_ms > static_cast<std::uint64_t>(farthest)) return Errc::malformed;
    const std::chrono::milliseconds covered{static_cast<std::int64_t>(fields.covered_ms)};
    TableReading reading{.taken_at = *taken_at, .uptime = {}, .cells = {}, .covered = covered};
    ClockSteps steps{.ticks = 0, .milliseconds = milliseconds_between(before, *taken_at)};
    if (fields.ticks) {
        const std::uint64_t ticks =
            last != nullptr && last->uptime ? last->uptime->centiseconds : 0;
        steps.ticks = static_cast<std::uint64_t>(*fields.ticks);
        reading.uptime = DeviceTicks{static_cast<std::uint32_t>(ticks + steps.ticks)};
    }
    reading.cells = last != nullptr
                        ? last->cells
                        : Cells::zeros(definition.rows.size() * definition.columns.size());
    if (!apply_presence(fields.presence, reading.cells) ||
        !apply_differences(fields, definition, steps, reading.cells))
        return Errc::malformed;
    return reading;
}

Result<PlacedReading> read_carry_over(
    pbf_reader message, const TableDefinition& definition, ClockAnchor sealed_at
)
{
    std::uint64_t boot = 0;
    std::int64_t wall_ms = 0;
    bool is_placed = false;
    ReadingFields fields;
    while (message.next()) {
        switch (message.tag()) {
        case field::carry_over::boot: boot = message.get_fixed64(); break;
        case field::carry_over::wall_ms: wall_ms = message.get_sint64(); break;
        case field::carry_over::placed: is_placed = is_set(message); break;
        case field::carry_over::reading: fields = read_fields(message.get_message()); break;
        default: message.skip();
        }
    }
    auto reading = read_reading(fields, definition, nullptr);
    if (!reading) return reading.error();
    const auto given = wall_of(wall_ms);
    if (!given) return Errc::malformed;
    const WallTime wall = is_placed ? *given : to_wall(sealed_at, reading->taken_at);
    return PlacedReading{.boot = boot, .wall = wall, .reading = std::move(*reading)};
}

Result<Event> read_event(pbf_reader message)
{
    Event event;
    const auto text = [&] {
        return sanitize(view_of(message.get_view()), limits::event_text_bytes);
    };
    while (message.next()) {
        switch (message.tag()) {
        case field::event::at_us: {
            const auto at = mono_of(message.get_sint64());
            if (!at) return Errc::malformed;
            event.at = *at;
            break;
        }
        case field::event::device: event.device = text(); break;
        case field::event::kind: event.kind = text(); break;
        case field::event::text: event.text = text(); break;
        default: message.skip();
        }
    }
    return event;
}

} // namespace hallmonitor::wire
