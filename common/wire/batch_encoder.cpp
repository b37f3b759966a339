#include "common/check.hpp"
#include "common/limits.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/protozero.hpp"

#include <zstd.h>

#include <algorithm>
#include <utility>

namespace hallmonitor {
namespace {

using protozero::pbf_writer;
namespace field = wire::field;

constexpr int compression_level = 3;

using TableId = std::pair<std::string, TableKind>;

// Cells as numbers and presence apart: absent cells keep their last number as a base for deltas.
struct Values {
    std::vector<std::uint64_t> numbers;
    std::vector<bool> present;
};

struct Table {
    TableDefinition definition;
    std::uint32_t number{0}; // within the open segment; 0: not defined in it
    Values values;
    // The last reading: where and when; unplaced until its batch is sealed.
    bool has_reading{false};
    std::uint64_t boot{0};
    MonoTime taken_at;
    std::optional<DeviceTicks> uptime;
    std::optional<WallTime> wall;
};

Values blank(const TableDefinition& definition)
{
    const std::size_t cells = definition.rows.size() * definition.columns.size();
    return {
        .numbers = std::vector<std::uint64_t>(cells, 0), .present = std::vector<bool>(cells, true)};
}

// Moves values to another layout: rows by key, columns by metric; what is new is absent.
Values relaid(const Values& from, const TableDefinition& old, const TableDefinition& fresh)
{
    Values to = blank(fresh);
    to.present.assign(to.present.size(), false);
    std::map<std::string_view, std::size_t> old_rows;
    for (std::size_t r = 0; r < old.rows.size(); ++r)
        old_rows.emplace(old.rows[r].key, r);
    for (std::size_t c = 0; c < fresh.columns.size(); ++c) {
        const auto column = std::find(old.columns.begin(), old.columns.end(), fresh.columns[c]);
        if (column == old.columns.end()) continue;
        const auto old_base =
            static_cast<std::size_t>(column - old.columns.begin()) * old.rows.size();
        for (std::size_t r = 0; r < fresh.rows.size(); ++r) {
            const auto row = old_rows.find(fresh.rows[r].key);
            if (row == old_rows.end()) continue;
            const std::size_t old_column = old_base / old.rows.size();
            // A counter that is now read in another width has another base: it begins anew.
            if ((old.rows[row->second].wide_columns >> old_column & 1) !=
                (fresh.rows[r].wide_columns >> c & 1))
                continue;
            to.numbers[c * fresh.rows.size() + r] = from.numbers[old_base + row->second];
            to.present[c * fresh.rows.size() + r] = from.present[old_base + row->second];
        }
    }
    return to;
}

void write_presence(pbf_writer& message, const std::vector<bool>& present)
{
    std::string bits((present.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < present.size(); ++i)
        if (present[i]) bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
    message.add_bytes(field::reading::presence, bits);
}

struct Stamps {
    std::int64_t taken_at_us;
    std::optional<std::int64_t> ticks;
};

// A Reading of `to` as differences to `from`.
void write_reading(
    pbf_writer& message,
    const Table& table,
    const Values& from,
    const Values& to,
    const Stamps& stamps
)
{
    const std::size_t rows = table.definition.rows.size();
    const auto& columns = table.definition.columns;
    message.add_uint32(field::reading::table, table.number);
    message.add_sint64(field::reading::taken_at_us, stamps.taken_at_us);
    if (stamps.ticks && *stamps.ticks != 0)
        message.add_sint64(field::reading::uptime_ticks, *stamps.ticks);
    if (!stamps.ticks) message.add_bool(field::reading::no_uptime, true);

    std::uint64_t changed = 0;
    std::vector<std::int64_t> differences;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const std::size_t start = differences.size();
        const auto expected = columns[c] == Metric::row_ticks
                                  ? static_cast<std::uint64_t>(stamps.ticks.value_or(0))
                                  : std::uint64_t{0};
        bool any = false;
        for (std::size_t cell = c * rows; cell < (c + 1) * rows; ++cell) {
            if (!to.present[cell]) continue;
            const std::uint64_t difference = to.numbers[cell] - from.numbers[cell] - expected;
            any = any || difference != 0;
            differences.push_back(static_cast<std::int64_t>(difference));
        }
        if (any) {
            changed |= std::uint64_t{1} << c;
        } else {
            differences.resize(start);
        }
    }
    if (changed != 0) {
        message.add_uint64(field::reading::changed_columns, changed);
        message.add_packed_sint64(
            field::reading::differences, differences.begin(), differences.end()
        );
    }
    if (from.present != to.present) write_presence(message, to.present);
}

void write_row(pbf_writer& definition, const Row& row)
{
    pbf_writer message{definition, field::definition::rows};
    message.add_string(field::row::key, row.key);
    for (const auto& [name, value] : row.attributes) {
        pbf_writer attribute{message, field::row::attributes};
        attribute.add_uint32(field::attribute::name, static_cast<std::uint32_t>(name));
        attribute.add_string(field::attribute::value, value);
    }
    if (row.wide_columns != 0) message.add_uint64(field::row::wide_columns, row.wide_columns);
}

void write_carry_over(pbf_writer& definition, const Table& table)
{
    pbf_writer message{definition, field::definition::carry_over};
    message.add_fixed64(field::carry_over::boot, table.boot);
    if (table.wall) {
        message.add_sint64(field::carry_over::wall_ms, table.wall->since_epoch.count());
        message.add_bool(field::carry_over::placed, true);
    }
    pbf_writer reading{message, field::carry_over::reading};
    Stamps stamps{.taken_at_us = table.taken_at.since_boot.count(), .ticks = std::nullopt};
    if (table.uptime) stamps.ticks = table.uptime->centiseconds;
    write_reading(reading, table, blank(table.definition), table.values, stamps);
}

void write_definition(pbf_writer& body, const Table& table)
{
    pbf_writer message{body, field::body::definitions};
    const TableDefinition& definition = table.definition;
    message.add_uint32(field::definition::table, table.number);
    message.add_string(field::definition::device, definition.device);
    message.add_uint32(field::definition::kind, static_cast<std::uint32_t>(definition.kind));
    message.add_uint64(
        field::definition::interval_ms, static_cast<std::uint64_t>(definition.interval.count())
    );
    std::vector<std::uint32_t> columns;
    for (const Metric metric : definition.columns)
        columns.push_back(static_cast<std::uint32_t>(metric));
    message.add_packed_uint32(field::definition::columns, columns.begin(), columns.end());
    for (const Row& row : definition.rows)
        write_row(message, row);
    if (table.has_reading) write_carry_over(message, table);
}

std::string compress(const std::string& body)
{
    std::string out(ZSTD_compressBound(body.size()), '\0');
    const std::size_t size =
        ZSTD_compress(out.data(), out.size(), body.data(), body.size(), compression_level);
    INVARIANT(ZSTD_isError(size) == 0);
    out.resize(size);
    return out;
}

} // namespace

struct BatchEncoder::State {
    Epoch epoch;
    Seq next;
    Seq segment;
    std::uint64_t boot{0};
    std::uint32_t last_number{0};
    std::map<TableId, Table> tables;
    std::vector<TableId> touched; // read since the last seal
    std::string body;
};

BatchEncoder::BatchEncoder(Epoch epoch, Seq next, std::uint64_t boot)
    : state_(std::make_unique<State>())
{
    state_->epoch = epoch;
    state_->next = next;
    state_->segment = next;
    state_->boot = boot;
}

BatchEncoder::~BatchEncoder() = default;
BatchEncoder::BatchEncoder(BatchEncoder&&) noexcept = default;
BatchEncoder& BatchEncoder::operator=(BatchEncoder&&) noexcept = default;

void BatchEncoder::define(const TableDefinition& table)
{
    INVARIANT(table.columns.size() <= limits::columns_per_table);
    INVARIANT(table.rows.size() <= limits::rows_per_table);
    const auto [place, is_new] = state_->tables.try_emplace(TableId{table.device, table.kind});
    Table& known = place->second;
    if (!is_new && known.definition == table) return;
    if (known.has_reading) known.values = relaid(known.values, known.definition, table);
    known.definition = table;
    known.number = 0;
}

void BatchEncoder::forget(const std::string& device, TableKind kind)
{
    state_->tables.erase({device, kind});
    std::erase(state_->touched, TableId{device, kind});
}

void BatchEncoder::add(const std::string& device, TableKind kind, const TableReading& reading)
{
    const TableId id{device, kind};
    const auto found = state_->tables.find(id);
    INVARIANT(found != state_->tables.end());
    Table& table = found->second;
    const std::size_t cells = table.definition.rows.size() * table.definition.columns.size();
    INVARIANT(reading.cells.size() == cells);

    pbf_writer body{state_->body};
    if (table.number == 0) {
        table.number = ++state_->last_number;
        write_definition(body, table);
    }
    if (!table.has_reading) table.values = blank(table.definition);

    Values values = table.values;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        values.present[cell] = reading.cells[cell].has_value();
        if (reading.cells[cell]) values.numbers[cell] = *reading.cells[cell];
    }
    Stamps stamps{
        .taken_at_us =
            (reading.taken_at - (table.has_reading ? table.taken_at : MonoTime{})).count(),
        .ticks = std::nullopt,
    };
    if (reading.uptime) {
        const std::uint32_t before = table.uptime ? table.uptime->centiseconds : 0;
        stamps.ticks = std::int64_t{reading.uptime->centiseconds} - std::int64_t{before};
    }
    {
        pbf_writer message{body, field::body::readings};
        write_reading(message, table, table.values, values, stamps);
    }
    table.values = std::move(values);
    table.has_reading = true;
    table.boot = state_->boot;
    table.taken_at = reading.taken_at;
    table.uptime = reading.uptime;
    table.wall.reset();
    state_->touched.push_back(id);
}

void BatchEncoder::add(const Event& event)
{
    pbf_writer body{state_->body};
    pbf_writer message{body, field::body::events};
    message.add_sint64(field::event::at_us, event.at.since_boot.count());
    message.add_string(field::event::device, event.device);
    message.add_string(field::event::kind, event.kind);
    message.add_string(field::event::text, event.text);
}

bool BatchEncoder::empty() const
{
    return state_->body.empty();
}

std::size_t BatchEncoder::estimated_bytes() const
{
    return state_->body.size();
}

SealedBatch BatchEncoder::seal(ClockAnchor now)
{
    std::string bytes;
    pbf_writer message{bytes};
    message.add_fixed64(field::batch::epoch, state_->epoch.value);
    message.add_uint64(field::batch::seq, state_->next.value);
    message.add_uint64(field::batch::segment, state_->segment.value);
    message.add_fixed64(field::batch::boot, state_->boot);
    message.add_sint64(field::batch::sealed_mono_us, now.mono.since_boot.count());
    message.add_sint64(field::batch::sealed_wall_ms, now.wall.since_epoch.count());
    message.add_uint32(field::batch::body_size, static_cast<std::uint32_t>(state_->body.size()));
    message.add_bytes(field::batch::body, compress(state_->body));

    for (const TableId& id : state_->touched) {
        Table& table = state_->tables.at(id);
        table.wall = to_wall(now, table.taken_at);
    }
    const auto view = std::as_bytes(std::span{bytes});
    SealedBatch sealed{
        .id = {.epoch = state_->epoch, .seq = state_->next, .segment = state_->segment},
        .bytes = {view.begin(), view.end()},
    };
    state_->body.clear();
    state_->touched.clear();
    state_->next = next(state_->next);
    return sealed;
}

void BatchEncoder::start_segment()
{
    INVARIANT(empty());
    state_->segment = state_->next;
    state_->last_number = 0;
    for (auto& [id, table] : state_->tables)
        table.number = 0;
}

void BatchEncoder::restore(const BatchDecoder& decoder)
{
    for (const BatchDecoder::Last& last : decoder.last_readings()) {
        const TableReading& reading = last.reading->reading;
        Table table{.definition = *last.table};
        table.values = blank(table.definition);
        for (std::size_t cell = 0; cell < reading.cells.size(); ++cell) {
            table.values.present[cell] = reading.cells[cell].has_value();
            table.values.numbers[cell] = reading.cells[cell].value_or(0);
        }
        table.has_reading = true;
        table.boot = last.reading->boot;
        table.taken_at = reading.taken_at;
        table.uptime = reading.uptime;
        table.wall = last.reading->wall;
        state_->tables.insert_or_assign({last.table->device, last.table->kind}, std::move(table));
    }
}

} // namespace hallmonitor
