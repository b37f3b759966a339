#include "common/check.hpp"
#include "common/limits.hpp"
#include "common/model/table_id.hpp"
#include "common/model/text.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/coding.hpp"
#include "common/wire/compression.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/packed_definition.hpp"
#include "common/wire/packed_values.hpp"
#include "common/wire/protozero.hpp"
#include "common/wire/table_writer.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace hallmonitor {
namespace {

using protozero::pbf_writer;
namespace field = wire::field;

constexpr std::size_t most_body_bytes = limits::frame_bytes - limits::batch_overhead_bytes;

struct Table {
    wire::PackedDefinition definition;
    wire::Layout layout;
    wire::TablesSize size;
    std::uint32_t number{0}; // within the open segment; 0: not defined in it
    std::optional<wire::Moment> last;
    wire::PackedValues values; // of the last reading
    wire::TablesSize at_peer;  // what a decoder of the open segment holds for it

    [[nodiscard]] const wire::Moment* moment() const { return last ? &*last : nullptr; }
    [[nodiscard]] Cells cells() const
    {
        return last ? values.unpack(layout.rows) : Cells::zeros(layout.cells());
    }
};

// What a batch gathers. All but its end is compressed as it comes: the first batch of a segment
// tells of every table, more than there should ever be in memory at once.
struct Body {
    std::string end; // messages as they are
    std::vector<std::string> frames;
    std::size_t compressed{0}; // octets of messages in `frames`

    [[nodiscard]] std::size_t size() const { return compressed + end.size(); }
    void compress_end()
    {
        frames.push_back(wire::compress(end));
        compressed += std::exchange(end, {}).size();
    }
    void compress_when_long()
    {
        constexpr std::size_t long_end = std::size_t{64} << 10;
        if (end.size() >= long_end) compress_end();
    }
    [[nodiscard]] std::vector<std::byte> behind(std::string head) &&;
};

// The message: its other fields, then the body.
std::vector<std::byte> Body::behind(std::string head) &&
{
    compress_end();
    std::size_t octets = 0;
    for (const std::string& frame : frames)
        octets += frame.size();
    // By hand, since frames are not in one piece.
    constexpr auto kind = static_cast<unsigned>(protozero::pbf_wire_type::length_delimited);
    protozero::add_varint_to_buffer(&head, field::batch::body << 3U | kind);
    protozero::add_varint_to_buffer(&head, octets);
    std::vector<std::byte> message;
    message.reserve(head.size() + octets);
    const auto append = [&message](std::string_view part) {
        const auto bytes = std::as_bytes(std::span{part});
        message.insert(message.end(), bytes.begin(), bytes.end());
    };
    append(head);
    for (std::string& frame : frames)
        append(std::exchange(frame, {})); // there are megabytes of them
    return message;
}

} // namespace

struct BatchEncoder::State {
    Epoch epoch;
    Seq next;
    Seq segment;
    std::uint64_t boot{0};
    std::uint32_t last_number{0};
    TableMap<Table> tables;
    wire::TablesSize at_peer;       // what a decoder of the open segment holds for all tables
    std::uint64_t cells_defined{0}; // in the open segment
    std::uint64_t cells_read{0};
    std::vector<Table*> touched; // read since the last seal
    std::optional<std::vector<std::string>> roster;
    Body body;
    std::size_t load{0};

    bool introduce(Table& table, const Cells& cells);
    void introduce_others(WallTime now);
    void write_roster();
};

// Writes the definition, unless a decoder could not hold the table beside the others.
bool BatchEncoder::State::introduce(Table& table, const Cells& cells)
{
    wire::TablesSize all = at_peer;
    all -= table.at_peer;
    all += table.size;
    if (!all.is_within_limits()) return false;
    at_peer = all;
    table.at_peer = table.size;
    cells_defined += table.size.cells;
    table.number = ++last_number;
    wire::write_definition(
        body.end, table.number, table.definition.fields(), table.layout, table.moment(), cells
    );
    return true;
}

// A restart knows only what the newest segment says, and may come before a table is read again: so
// the first batch of a segment carries all tables over, but for those that nobody reads any more.
void BatchEncoder::State::introduce_others(WallTime now)
{
    for (auto& [id, table] : tables) {
        const bool is_current =
            table.last && table.last->wall && now - *table.last->wall <= limits::longest_interval;
        if (table.number != 0 || !is_current) continue;
        const std::size_t begin = body.end.size();
        const wire::TablesSize all_before = at_peer;
        const std::uint64_t defined_before = cells_defined;
        if (!introduce(table, table.cells())) continue;
        if (body.size() <= most_body_bytes) {
            body.compress_when_long();
            continue;
        }
        body.end.resize(begin);
        at_peer = all_before;
        cells_defined = defined_before;
        table.at_peer = {};
        table.number = 0;
        return;
    }
}

// Where it does not fit, nobody is said to have left.
void BatchEncoder::State::write_roster()
{
    if (!roster) return;
    const std::size_t begin = body.end.size();
    std::string message;
    pbf_writer names{message};
    for (const std::string& device : *roster)
        names.add_string(1, device);
    pbf_writer{body.end}.add_message(field::body::roster, message);
    if (body.size() > most_body_bytes) body.end.resize(begin);
}

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

bool BatchEncoder::define(const TableDefinition& table)
{
    const wire::TablesSize size = wire::size_of(table);
    if (table.columns.size() > limits::columns_per_table ||
        table.rows.size() > limits::rows_per_table || table.interval > limits::longest_interval ||
        !size.is_within_limits()) {
        forget(table.device, table.kind);
        return false;
    }
    const auto [place, is_new] = state_->tables.try_emplace(TableId{table.device, table.kind});
    Table& known = place->second;
    if (!is_new && known.definition.holds(table)) return true;
    if (known.last) {
        const auto before = known.definition.unpack();
        const Cells moved = wire::relaid(known.cells(), before.value_or(TableDefinition{}), table);
        known.values.keep(moved, table.rows.size());
    }
    known.definition = wire::PackedDefinition{table};
    known.layout = wire::layout_of(table);
    known.size = size;
    known.number = 0;
    return true;
}

void BatchEncoder::forget(const std::string& device, TableKind kind)
{
    const auto found = state_->tables.find(TableIdView{device, kind});
    if (found == state_->tables.end()) return;
    std::erase(state_->touched, &found->second);
    state_->tables.erase(found);
}

bool BatchEncoder::add(
    const std::string& device,
    TableKind kind,
    const TableReading& given,
    std::span<const std::uint32_t> rows
)
{
    const auto found = state_->tables.find(TableIdView{device, kind});
    if (found == state_->tables.end()) return false;
    Table& table = found->second;
    INVARIANT(given.cells.size() == table.layout.cells());

    Body& body = state_->body;
    const std::size_t begin = body.end.size();
    const wire::TablesSize all_before = state_->at_peer;
    const wire::TablesSize size_before = table.at_peer;
    const std::uint32_t number_before = table.number;
    const Cells before = table.cells();
    std::optional<TableReading> whole;
    // Moments of another boot cannot be compared: what was not read now is then absent.
    if (!rows.empty() && table.last && table.last->boot == state_->boot) {
        whole = given;
        whole->cells = wire::with_rows(before, *table.last, given, table.layout, rows);
    }
    const TableReading& reading = whole ? *whole : given;
    if (table.number == 0 && !state_->introduce(table, before)) return false;
    wire::write_reading(body.end, table.number, table.layout, table.moment(), before, reading);
    if (body.size() > most_body_bytes) {
        body.end.resize(begin);
        state_->at_peer = all_before;
        table.at_peer = size_before;
        table.number = number_before;
        return false;
    }
    state_->load += wire::reading_load(reading.cells.size());
    state_->cells_read += reading.cells.size();
    table.values.keep(reading.cells, table.layout.rows);
    table.last = wire::Moment{
        .boot = state_->boot,
        .taken_at = reading.taken_at,
        .uptime = reading.uptime,
        .wall = std::nullopt,
    };
    state_->touched.push_back(&table);
    body.compress_when_long();
    return true;
}

bool BatchEncoder::add(const Event& event)
{
    Body& body = state_->body;
    const std::size_t begin = body.end.size();
    {
        pbf_writer into{body.end};
        pbf_writer message{into, field::body::events};
        message.add_sint64(field::event::at_us, event.at.since_boot.count());
        message.add_string(field::event::device, sanitize(event.device));
        message.add_string(field::event::kind, sanitize(event.kind));
        message.add_string(field::event::text, sanitize(event.text, limits::event_text_bytes));
    }
    if (body.size() > most_body_bytes) {
        body.end.resize(begin);
        return false;
    }
    state_->load += wire::event_load;
    body.compress_when_long();
    return true;
}

bool BatchEncoder::empty() const
{
    return state_->body.size() == 0;
}

std::size_t BatchEncoder::estimated_bytes() const
{
    // Half of what a decoder accepts counts as a full batch, however few its bytes.
    constexpr std::size_t full_load = wire::most_load / 2;
    if (state_->load >= full_load) return std::max(state_->body.size(), limits::batch_bytes);
    return state_->body.size();
}

SealedBatch BatchEncoder::seal(ClockAnchor now)
{
    if (state_->next == state_->segment) {
        state_->introduce_others(now.wall);
        state_->write_roster();
    }
    std::string head;
    pbf_writer message{head};
    message.add_fixed64(field::batch::epoch, state_->epoch.value);
    message.add_uint64(field::batch::seq, state_->next.value);
    message.add_uint64(field::batch::segment, state_->segment.value);
    message.add_fixed64(field::batch::boot, state_->boot);
    message.add_sint64(field::batch::sealed_mono_us, now.mono.since_boot.count());
    message.add_sint64(field::batch::sealed_wall_ms, now.wall.since_epoch.count());
    message.add_uint32(field::batch::body_size, static_cast<std::uint32_t>(state_->body.size()));

    for (Table* table : state_->touched)
        table->last->wall = to_wall(now, table->last->taken_at);
    SealedBatch sealed{
        .id = {.epoch = state_->epoch, .seq = state_->next, .segment = state_->segment},
        .bytes = std::move(state_->body).behind(std::move(head)),
    };
    state_->body = {};
    state_->load = 0;
    state_->touched.clear();
    state_->next = next(state_->next);
    return sealed;
}

bool BatchEncoder::segment_is_worthwhile() const
{
    constexpr std::uint64_t readings_a_cell = 12;
    return state_->cells_read >= readings_a_cell * state_->cells_defined;
}

void BatchEncoder::start_segment()
{
    INVARIANT(empty());
    state_->cells_defined = 0;
    state_->cells_read = 0;
    state_->segment = state_->next;
    state_->last_number = 0;
    state_->at_peer = {};
    for (auto& [id, table] : state_->tables) {
        table.number = 0;
        table.at_peer = {};
    }
}

void BatchEncoder::tell_roster(std::vector<std::string> devices)
{
    std::sort(devices.begin(), devices.end());
    std::vector<TableId> gone;
    for (const auto& [id, table] : state_->tables)
        if (id.kind != TableKind::agent &&
            !std::binary_search(devices.begin(), devices.end(), id.device))
            gone.push_back(id);
    for (const TableId& id : gone)
        forget(id.device, id.kind);
    state_->roster = std::move(devices);
}

void BatchEncoder::forget_readings()
{
    start_segment();
    for (auto& [id, table] : state_->tables)
        table.last.reset();
}

void BatchEncoder::restore(const BatchDecoder& decoder)
{
    for (const BatchDecoder::Last& last : decoder.last_readings())
        carry_over(*last.table, *last.reading);
}

void BatchEncoder::carry_over(const TableDefinition& definition, const PlacedReading& before)
{
    if (!define(definition)) return;
    Table& table = state_->tables.at(TableId{definition.device, definition.kind});
    table.values.keep(before.reading.cells, table.layout.rows);
    table.last = wire::Moment{
        .boot = before.boot,
        .taken_at = before.reading.taken_at,
        .uptime = before.reading.uptime,
        .wall = before.wall,
    };
}

} // namespace hallmonitor
