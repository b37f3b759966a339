#include "common/limits.hpp"
#include "common/model/text.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/coding.hpp"
#include "common/wire/compression.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/protozero.hpp"
#include "common/wire/table_reader.hpp"

#include <unordered_map>
#include <utility>

namespace hallmonitor {
namespace {

using protozero::pbf_reader;
namespace field = wire::field;

struct Table {
    std::shared_ptr<const TableDefinition> definition;
    std::shared_ptr<const PlacedReading> last; // null before the first
    wire::TablesSize size;
};

struct Head {
    BatchId id;
    std::uint64_t boot{0};
    ClockAnchor sealed_at; // by the agent's clocks
    ClockAnchor placed_by;
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
    std::int64_t mono_us = 0;
    std::int64_t wall_ms = 0;
    pbf_reader message = reader_of(bytes);
    while (message.next()) {
        switch (message.tag()) {
        case field::batch::epoch: head.id.epoch.value = message.get_fixed64(); break;
        case field::batch::seq: head.id.seq.value = message.get_uint64(); break;
        case field::batch::segment: head.id.segment.value = message.get_uint64(); break;
        case field::batch::boot: head.boot = message.get_fixed64(); break;
        case field::batch::sealed_mono_us: mono_us = message.get_sint64(); break;
        case field::batch::sealed_wall_ms: wall_ms = message.get_sint64(); break;
        case field::batch::body_size: head.body_size = message.get_uint32(); break;
        case field::batch::body: head.body = message.get_view(); break;
        default: message.skip();
        }
    }
    const auto mono = wire::mono_of(mono_us);
    const auto wall = wire::wall_of(wall_ms);
    // The greatest number of all has no successor.
    const bool is_numbered = head.id.segment.value > 0 && head.id.segment <= head.id.seq &&
                             head.id.seq.value != ~std::uint64_t{0};
    if (!mono || !wall || !is_numbered) return Errc::malformed;
    head.sealed_at = {.mono = *mono, .wall = *wall};
    return head;
}

// The body, of exactly the size declared: nothing larger is ever allocated.
Result<std::string> decompress(const Head& head)
{
    if (head.body_size > limits::frame_bytes) return Errc::too_large;
    auto body = wire::decompress({head.body.data(), head.body.size()}, head.body_size);
    if (!body) return Errc::malformed;
    return std::move(*body);
}

} // namespace

struct BatchDecoder::State {
    std::optional<BatchId> last; // empty: only a batch that opens a segment is accepted
    std::unordered_map<std::uint32_t, Table> tables;
    std::map<std::pair<std::string, TableKind>, std::uint32_t> numbers;
    wire::TablesSize size;
    std::size_t load{0}; // of the batch being decoded

    Result<DecodedBatch> decode(std::span<const std::byte> batch, const Placing& placing);
    Result<void> take_body(const std::string& body, const Head& head, DecodedBatch& out);
    Result<void> take_definition(pbf_reader message, const Head& head);
    Result<Step> take_reading(pbf_reader message, const Head& head);
    Result<PlacedEvent> take_event(pbf_reader message, const Head& head);
    Result<std::vector<std::string>> take_roster(pbf_reader message);
};

Result<void> BatchDecoder::State::take_definition(pbf_reader message, const Head& head)
{
    auto read = wire::read_definition(message);
    if (!read) return read.error();
    const wire::TablesSize fresh = wire::size_of(read->definition);

    const auto [place, is_new] =
        numbers.try_emplace({read->definition.device, read->definition.kind}, read->number);
    if (!is_new) {
        // A table that is defined anew gives up its old number.
        const auto old = tables.find(std::exchange(place->second, read->number));
        size -= old->second.size;
        tables.erase(old);
    }
    size += fresh;
    if (!size.is_within_limits()) return Errc::too_large;

    Table table{.definition = nullptr, .last = nullptr, .size = fresh};
    if (read->carry_over) {
        auto placed = wire::read_carry_over(*read->carry_over, read->definition, head.placed_by);
        if (!placed) return placed.error();
        table.last = std::make_shared<const PlacedReading>(std::move(*placed));
    }
    table.definition = std::make_shared<const TableDefinition>(std::move(read->definition));
    if (!tables.emplace(read->number, std::move(table)).second) return Errc::malformed;
    return {};
}

Result<Step> BatchDecoder::State::take_reading(pbf_reader message, const Head& head)
{
    const wire::ReadingFields fields = wire::read_fields(message);
    const auto found = tables.find(fields.table);
    if (found == tables.end()) return Errc::unknown_table;
    Table& table = found->second;
    load += wire::reading_load(table.size.cells);
    if (load > wire::most_load) return Errc::too_large;

    const TableReading* before = table.last ? &table.last->reading : nullptr;
    auto reading = wire::read_reading(fields, *table.definition, before);
    if (!reading) return reading.error();
    const WallTime wall = to_wall(head.placed_by, reading->taken_at);
    auto later = std::make_shared<const PlacedReading>(PlacedReading{
        .boot = head.boot, .wall = wall, .reading = std::move(*reading)});
    return Step{
        .table = table.definition,
        .earlier = std::exchange(table.last, later),
        .later = std::move(later),
    };
}

Result<PlacedEvent> BatchDecoder::State::take_event(pbf_reader message, const Head& head)
{
    load += wire::event_load;
    if (load > wire::most_load) return Errc::too_large;
    auto event = wire::read_event(message);
    if (!event) return event.error();
    const WallTime wall = to_wall(head.placed_by, event->at);
    return PlacedEvent{.wall = wall, .event = std::move(*event)};
}

Result<std::vector<std::string>> BatchDecoder::State::take_roster(pbf_reader message)
{
    std::vector<std::string> devices;
    while (message.next(1)) {
        load += wire::event_load;
        if (load > wire::most_load) return Errc::too_large;
        const auto name = message.get_view();
        devices.push_back(sanitize({name.data(), name.size()}));
    }
    return devices;
}

Result<void> BatchDecoder::State::take_body(
    const std::string& body, const Head& head, DecodedBatch& out
)
{
    pbf_reader message{body};
    while (message.next()) {
        switch (message.tag()) {
        case field::body::definitions: {
            auto taken = take_definition(message.get_message(), head);
            if (!taken) return taken.error();
            break;
        }
        case field::body::readings: {
            auto step = take_reading(message.get_message(), head);
            if (!step) return step.error();
            out.steps.push_back(std::move(*step));
            break;
        }
        case field::body::events: {
            auto event = take_event(message.get_message(), head);
            if (!event) return event.error();
            out.events.push_back(std::move(*event));
            break;
        }
        case field::body::roster: {
            auto devices = take_roster(message.get_message());
            if (!devices) return devices.error();
            out.roster = std::move(*devices);
            break;
        }
        default: message.skip();
        }
    }
    return {};
}

Result<DecodedBatch> BatchDecoder::State::decode(
    std::span<const std::byte> batch, const Placing& placing
)
try {
    auto head = read_head(batch);
    if (!head) return head.error();
    head->placed_by = placing ? placing(head->boot, head->sealed_at) : head->sealed_at;
    const bool opens = head->id.seq == head->id.segment;
    const bool follows = last && last->epoch == head->id.epoch &&
                         last->segment == head->id.segment && next(last->seq) == head->id.seq;
    if (!opens && !follows) return Errc::out_of_order;
    const auto body = decompress(*head);
    if (!body) return body.error();

    if (opens) *this = {};
    last = head->id;
    load = 0;
    DecodedBatch out{
        .id = head->id,
        .boot = head->boot,
        .sealed_at = head->sealed_at,
        .steps = {},
        .events = {},
        .roster = {},
    };
    if (auto taken = take_body(*body, *head, out); !taken) return taken.error();
    return out;
} catch (const std::exception&) {
    return Errc::malformed;
}

BatchDecoder::BatchDecoder() : state_(std::make_unique<State>())
{}
BatchDecoder::~BatchDecoder() = default;
BatchDecoder::BatchDecoder(BatchDecoder&&) noexcept = default;
BatchDecoder& BatchDecoder::operator=(BatchDecoder&&) noexcept = default;

void BatchDecoder::place_by(Placing placing)
{
    placing_ = std::move(placing);
}

Result<DecodedBatch> BatchDecoder::decode(std::span<const std::byte> batch)
{
    auto decoded = state_->decode(batch, placing_);
    if (!decoded && decoded.error() != Errc::out_of_order) *state_ = {};
    return decoded;
}

std::vector<BatchDecoder::Last> BatchDecoder::last_readings() const
{
    std::vector<Last> all;
    for (const auto& [id, number] : state_->numbers) {
        const Table& table = state_->tables.at(number);
        if (table.last) all.push_back({.table = table.definition, .reading = table.last});
    }
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
