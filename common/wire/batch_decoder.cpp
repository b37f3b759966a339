#include "common/limits.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/protozero.hpp"

#include <zstd.h>

#include <algorithm>
#include <utility>

namespace hallmonitor {
namespace {

using protozero::pbf_reader;
namespace field = wire::field;

struct Table {
    std::shared_ptr<const TableDefinition> definition;
    std::shared_ptr<const PlacedReading> last; // null before the first
    std::vector<std::uint64_t> numbers;        // absent cells keep theirs, as a base for deltas
    std::vector<bool> present;
};

using Tables = std::map<std::uint32_t, Table>;

struct Head {
    BatchId id;
    std::uint64_t boot{0};
    ClockAnchor sealed_at;
    std::size_t body_size{0};
    protozero::data_view body;
};

pbf_reader reader_of(std::span<const std::byte> bytes)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    return pbf_reader{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<Head> read_head(std::span<const std::byte> bytes)
{
    Head head;
    pbf_reader message = reader_of(bytes);
    while (message.next()) {
        switch (message.tag()) {
        case field::batch::epoch: head.id.epoch.value = message.get_fixed64(); break;
        case field::batch::seq: head.id.seq.value = message.get_uint64(); break;
        case field::batch::segment: head.id.segment.value = message.get_uint64(); break;
        case field::batch::boot: head.boot = message.get_fixed64(); break;
        case field::batch::sealed_mono_us:
            head.sealed_at.mono.since_boot = std::chrono::microseconds{message.get_sint64()};
            break;
        case field::batch::sealed_wall_ms:
            head.sealed_at.wall.since_epoch = std::chrono::milliseconds{message.get_sint64()};
            break;
        case field::batch::body_size: head.body_size = message.get_uint32(); break;
        case field::batch::body: head.body = message.get_view(); break;
        default: message.skip();
        }
    }
    const bool sane =
        head.id.seq.value > 0 && head.id.segment.value > 0 && head.id.segment <= head.id.seq;
    if (!sane) return Errc::malformed;
    return head;
}

Result<std::string> decompress(const Head& head)
{
    if (head.body_size > limits::frame_bytes) return Errc::too_large;
    const auto declared = ZSTD_getFrameContentSize(head.body.data(), head.body.size());
    if (declared != head.body_size) return Errc::malformed;
    std::string body(head.body_size, '\0');
    const std::size_t size =
        ZSTD_decompress(body.data(), body.size(), head.body.data(), head.body.size());
    if (ZSTD_isError(size) != 0 || size != head.body_size) return Errc::malformed;
    return body;
}

bool is_bounded_text(const protozero::data_view& text)
{
    return text.size() <= limits::device_string_bytes;
}

Result<Row> read_row(pbf_reader message)
{
    Row row;
    while (message.next()) {
        switch (message.tag()) {
        case field::row::key: {
            const auto key = message.get_view();
            if (!is_bounded_text(key)) return Errc::too_large;
            row.key.assign(key.data(), key.size());
            break;
        }
        case field::row::attributes: {
            pbf_reader attribute = message.get_message();
            std::uint32_t name = 0;
            protozero::data_view value;
            while (attribute.next()) {
                if (attribute.tag() == field::attribute::name) {
                    name = attribute.get_uint32();
                } else if (attribute.tag() == field::attribute::value) {
                    value = attribute.get_view();
                } else {
                    attribute.skip();
                }
            }
            if (!is_bounded_text(value)) return Errc::too_large;
            if (name > 0xff) break; // newer than we know
            row.attributes[static_cast<Attribute>(name)] = std::string{value.data(), value.size()};
            break;
        }
        case field::row::wide_columns: row.wide_columns = message.get_uint64(); break;
        default: message.skip();
        }
    }
    return row;
}

struct ReadingFields {
    std::uint32_t table{0};
    std::int64_t taken_at_us{0};
    std::int64_t ticks{0};
    bool no_uptime{false};
    std::uint64_t changed{0};
    protozero::data_view differences;
    protozero::data_view presence;
};

ReadingFields read_fields(pbf_reader message)
{
    ReadingFields fields;
    while (message.next()) {
        switch (message.tag()) {
        case field::reading::table: fields.table = message.get_uint32(); break;
        case field::reading::taken_at_us: fields.taken_at_us = message.get_sint64(); break;
        case field::reading::uptime_ticks: fields.ticks = message.get_sint64(); break;
        case field::reading::no_uptime: fields.no_uptime = message.get_bool(); break;
        case field::reading::changed_columns: fields.changed = message.get_uint64(); break;
        case field::reading::differences: fields.differences = message.get_view(); break;
        case field::reading::presence: fields.presence = message.get_view(); break;
        default: message.skip();
        }
    }
    return fields;
}

bool apply_presence(const protozero::data_view& bits, std::vector<bool>& present)
{
    if (bits.size() == 0) return true;
    if (bits.size() != (present.size() + 7) / 8) return false;
    for (std::size_t i = 0; i < present.size(); ++i)
        present[i] = (static_cast<unsigned char>(bits.data()[i / 8]) >> (i % 8) & 1) != 0;
    return true;
}

// Adds the differences to the table's numbers; throws protozero's exceptions on broken varints.
bool apply_differences(const ReadingFields& fields, Table& table)
{
    const std::size_t rows = table.definition->rows.size();
    const auto& columns = table.definition->columns;
    const char* at = fields.differences.data();
    const char* const end = at + fields.differences.size();
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const bool is_changed = (fields.changed >> c & 1) != 0;
        const auto expected = columns[c] == Metric::row_ticks
                                  ? static_cast<std::uint64_t>(fields.ticks)
                                  : std::uint64_t{0};
        if (!is_changed && expected == 0) continue;
        for (std::size_t cell = c * rows; cell < (c + 1) * rows; ++cell) {
            if (!table.present[cell]) continue;
            table.numbers[cell] += expected;
            if (!is_changed) continue;
            if (at == end) return false;
            table.numbers[cell] += static_cast<std::uint64_t>(
                protozero::decode_zigzag64(protozero::decode_varint(&at, end))
            );
        }
    }
    return at == end;
}

// Moves `table` on by one reading; wall and boot are the caller's to set.
Result<PlacedReading> advance_table(const ReadingFields& fields, Table& table)
{
    const PlacedReading* last = table.last.get();
    PlacedReading placed;
    const MonoTime before = last != nullptr ? last->reading.taken_at : MonoTime{};
    placed.reading.taken_at = before + std::chrono::microseconds{fields.taken_at_us};
    if (!fields.no_uptime) {
        const std::uint32_t ticks =
            last != nullptr && last->reading.uptime ? last->reading.uptime->centiseconds : 0;
        placed.reading.uptime = DeviceTicks{static_cast<std::uint32_t>(ticks + fields.ticks)};
    }
    if (!apply_presence(fields.presence, table.present) || !apply_differences(fields, table))
        return Errc::malformed;
    placed.reading.cells.resize(table.numbers.size());
    for (std::size_t cell = 0; cell < table.numbers.size(); ++cell)
        if (table.present[cell]) placed.reading.cells[cell] = table.numbers[cell];
    return placed;
}

Result<void> read_carry_over(pbf_reader message, const Head& head, Table& table)
{
    std::uint64_t boot = 0;
    std::optional<WallTime> wall;
    WallTime given;
    ReadingFields fields;
    while (message.next()) {
        switch (message.tag()) {
        case field::carry_over::boot: boot = message.get_fixed64(); break;
        case field::carry_over::wall_ms:
            given.since_epoch = std::chrono::milliseconds{message.get_sint64()};
            break;
        case field::carry_over::placed:
            if (message.get_bool()) wall = WallTime{};
            break;
        case field::carry_over::reading: fields = read_fields(message.get_message()); break;
        default: message.skip();
        }
    }
    auto placed = advance_table(fields, table);
    if (!placed) return placed.error();
    placed->boot = boot;
    placed->wall = wall ? given : to_wall(head.sealed_at, placed->reading.taken_at);
    table.last = std::make_shared<const PlacedReading>(std::move(*placed));
    return {};
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

struct NewTable {
    std::uint32_t number{0};
    Table table;
};

Result<NewTable> read_definition(pbf_reader message, const Head& head, std::size_t cells_left)
{
    NewTable fresh;
    TableDefinition definition;
    std::optional<pbf_reader> carry_over;
    while (message.next()) {
        switch (message.tag()) {
        case field::definition::table: fresh.number = message.get_uint32(); break;
        case field::definition::device: {
            const auto device = message.get_view();
            if (!is_bounded_text(device)) return Errc::too_large;
            definition.device.assign(device.data(), device.size());
            break;
        }
        case field::definition::kind: {
            const std::uint32_t kind = message.get_uint32();
            if (kind == 0 || kind > 0xff) return Errc::malformed;
            definition.kind = static_cast<TableKind>(kind);
            break;
        }
        case field::definition::interval_ms:
            definition.interval =
                std::chrono::milliseconds{static_cast<std::int64_t>(message.get_uint64())};
            break;
        case field::definition::columns:
            if (auto read = read_columns(message, definition.columns); !read) return read.error();
            break;
        case field::definition::rows: {
            if (definition.rows.size() == limits::rows_per_table) return Errc::too_large;
            auto row = read_row(message.get_message());
            if (!row) return row.error();
            definition.rows.push_back(std::move(*row));
            break;
        }
        case field::definition::carry_over: carry_over = message.get_message(); break;
        default: message.skip();
        }
    }
    const std::size_t cells = definition.rows.size() * definition.columns.size();
    if (cells > cells_left) return Errc::too_large;
    constexpr std::chrono::hours longest{24 * 7};
    if (fresh.number == 0 || definition.interval.count() <= 0 || definition.interval > longest)
        return Errc::malformed;
    fresh.table.definition = std::make_shared<const TableDefinition>(std::move(definition));
    fresh.table.numbers.assign(cells, 0);
    fresh.table.present.assign(cells, true);
    if (carry_over) {
        if (auto read = read_carry_over(*carry_over, head, fresh.table); !read) return read.error();
    }
    return fresh;
}

Event read_event(pbf_reader message)
{
    Event event;
    const auto text = [&] {
        const auto view = message.get_view();
        // Events are for people: an overlong one is cut, not refused.
        return std::string{view.data(), std::min(view.size(), 4 * limits::device_string_bytes)};
    };
    while (message.next()) {
        switch (message.tag()) {
        case field::event::at_us:
            event.at.since_boot = std::chrono::microseconds{message.get_sint64()};
            break;
        case field::event::device: event.device = text(); break;
        case field::event::kind: event.kind = text(); break;
        case field::event::text: event.text = text(); break;
        default: message.skip();
        }
    }
    return event;
}

} // namespace

struct BatchDecoder::State {
    std::optional<BatchId> last; // empty: only a batch that opens a segment is accepted
    Tables tables;
    std::size_t cells{0};

    Result<void> take_definition(pbf_reader message, const Head& head);
    Result<Step> take_reading(pbf_reader message, const Head& head);
    Result<void> take_body(const std::string& body, const Head& head, DecodedBatch& out);
};

Result<void> BatchDecoder::State::take_definition(pbf_reader message, const Head& head)
{
    auto fresh = read_definition(message, head, limits::series_per_agent - cells);
    if (!fresh) return fresh.error();
    const TableDefinition& definition = *fresh->table.definition;
    // A table that is defined anew gives up its old number.
    std::erase_if(tables, [&](const auto& entry) {
        const TableDefinition& old = *entry.second.definition;
        const bool replaced = old.device == definition.device && old.kind == definition.kind;
        if (replaced) cells -= entry.second.numbers.size();
        return replaced;
    });
    cells += fresh->table.numbers.size();
    if (!tables.emplace(fresh->number, std::move(fresh->table)).second) return Errc::malformed;
    return {};
}

Result<Step> BatchDecoder::State::take_reading(pbf_reader message, const Head& head)
{
    const ReadingFields fields = read_fields(message);
    const auto found = tables.find(fields.table);
    if (found == tables.end()) return Errc::unknown_table;
    Table& table = found->second;
    auto placed = advance_table(fields, table);
    if (!placed) return placed.error();
    placed->boot = head.boot;
    placed->wall = to_wall(head.sealed_at, placed->reading.taken_at);
    Step step{
        .table = table.definition,
        .earlier = table.last,
        .later = std::make_shared<const PlacedReading>(std::move(*placed)),
    };
    table.last = step.later;
    return step;
}

Result<void> BatchDecoder::State::take_body(
    const std::string& body, const Head& head, DecodedBatch& out
)
{
    pbf_reader message{body};
    while (message.next()) {
        switch (message.tag()) {
        case field::body::definitions:
            if (auto taken = take_definition(message.get_message(), head); !taken)
                return taken.error();
            break;
        case field::body::readings: {
            auto step = take_reading(message.get_message(), head);
            if (!step) return step.error();
            out.steps.push_back(std::move(*step));
            break;
        }
        case field::body::events: {
            Event event = read_event(message.get_message());
            const WallTime wall = to_wall(head.sealed_at, event.at);
            out.events.push_back({.wall = wall, .event = std::move(event)});
            break;
        }
        default: message.skip();
        }
    }
    return {};
}

BatchDecoder::BatchDecoder() : state_(std::make_unique<State>())
{}
BatchDecoder::~BatchDecoder() = default;
BatchDecoder::BatchDecoder(BatchDecoder&&) noexcept = default;
BatchDecoder& BatchDecoder::operator=(BatchDecoder&&) noexcept = default;

Result<DecodedBatch> BatchDecoder::decode(std::span<const std::byte> batch)
try {
    const auto head = read_head(batch);
    if (!head) return head.error();
    const bool opens = head->id.seq == head->id.segment;
    const auto& last = state_->last;
    const bool follows = last && last->epoch == head->id.epoch &&
                         last->segment == head->id.segment && next(last->seq) == head->id.seq;
    if (!opens && !follows) return Errc::out_of_order;
    const auto body = decompress(*head);
    if (!body) return body.error();

    state_->last.reset(); // stands until this batch is through
    if (opens) {
        state_->tables.clear();
        state_->cells = 0;
    }
    DecodedBatch out{
        .id = head->id,
        .boot = head->boot,
        .sealed_at = head->sealed_at,
        .steps = {},
        .events = {},
    };
    if (auto taken = state_->take_body(*body, *head, out); !taken) return taken.error();
    state_->last = head->id;
    return out;
} catch (const std::exception&) {
    return Errc::malformed;
}

std::vector<BatchDecoder::Last> BatchDecoder::last_readings() const
{
    std::vector<Last> all;
    for (const auto& [number, table] : state_->tables)
        if (table.last) all.push_back({.table = table.definition, .reading = table.last});
    return all;
}

Result<BatchId> peek_batch_id(std::span<const std::byte> batch)
try {
    const auto head = read_head(batch);
    if (!head) return head.error();
    return head->id;
} catch (const std::exception&) {
    return Errc::malformed;
}

} // namespace hallmonitor
