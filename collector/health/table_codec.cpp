// The durable form of a TableState: what a restarted collector needs to go on as if it had not
// stopped. Closed intervals are not in it; they have rows of their own in the database. The
// definition is a record of its own, since it changes seldom and the rest with each reading.
//
// Numbers are LEB128. Times are told as their distance from the table's newest reading, and cells
// as their difference from the row before: both are mostly small.

#include "collector/health/table_state.hpp"
#include "collector/store/bytes.hpp"

#include <cmath>

namespace hallmonitor::collector {
namespace {

constexpr std::uint8_t version = 4;

void put(ByteWriter& out, WallTime at)
{
    out.signed_number(at.since_epoch.count());
}

WallTime take_wall(ByteReader& in)
{
    return {std::chrono::milliseconds{in.signed_number()}};
}

// Damaged octets may say anything: modulo 2^64.
WallTime before(WallTime at, std::uint64_t milliseconds)
{
    const auto number = static_cast<std::uint64_t>(at.since_epoch.count()) - milliseconds;
    return {std::chrono::milliseconds{static_cast<std::int64_t>(number)}};
}

WallTime take_wall_before(ByteReader& in, WallTime at)
{
    return before(at, static_cast<std::uint64_t>(in.signed_number()));
}

void put(ByteWriter& out, const Stamp& stamp)
{
    out.number(stamp.boot);
    out.signed_number(stamp.mono.since_boot.count());
    put(out, stamp.wall);
    out.u8(stamp.uptime ? 1 : 0);
    if (stamp.uptime) out.number(stamp.uptime->centiseconds);
}

Stamp take_stamp(ByteReader& in)
{
    Stamp stamp;
    stamp.boot = in.number();
    stamp.mono.since_boot = std::chrono::microseconds{in.signed_number()};
    stamp.wall = take_wall(in);
    if (in.u8() != 0) stamp.uptime = DeviceTicks{static_cast<std::uint32_t>(in.number())};
    return stamp;
}

void put(ByteWriter& out, const Counters& counters)
{
    out.number(counters.there);
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        if (counters.has(slot)) out.number(counters.numbers[slot]);
}

Counters take_counters(ByteReader& in)
{
    Counters counters;
    const std::uint64_t there = in.number();
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        if ((there >> slot & 1) != 0) counters.set(slot, in.number());
    return counters;
}

void put(ByteWriter& out, const RowReading& reading)
{
    put(out, reading.stamp);
    put(out, reading.counters);
    out.number(reading.wide);
    out.u8(reading.discontinuity ? 1 : 0);
    if (reading.discontinuity) out.number(*reading.discontinuity);
    out.number(reading.speed.value);
}

RowReading take_row_reading(ByteReader& in)
{
    RowReading reading{.stamp = take_stamp(in)};
    reading.counters = take_counters(in);
    reading.wide = static_cast<std::uint32_t>(in.number());
    if (in.u8() != 0) reading.discontinuity = in.number();
    reading.speed.value = in.number();
    return reading;
}

void put(ByteWriter& out, const Cells& cells)
{
    out.u8(cells.all_there() ? 1 : 0);
    if (!cells.all_there()) {
        const std::vector<std::uint8_t> presence = cells.presence();
        out.append(std::as_bytes(std::span{presence}));
    }
    std::uint64_t before = 0;
    for (const std::uint64_t number : cells.numbers()) {
        out.signed_number(static_cast<std::int64_t>(number - before));
        before = number;
    }
}

Cells take_cells(ByteReader& in, std::size_t size)
{
    // Every cell takes an octet at least: a size that does not fit is never allocated.
    if (size > in.left()) {
        in.fail();
        return {};
    }
    Cells cells = Cells::zeros(size);
    if (in.u8() == 0) {
        std::vector<std::uint8_t> bits((size + 7) / 8);
        for (std::uint8_t& octet : bits)
            octet = in.u8();
        cells.set_presence(bits);
    }
    std::uint64_t before = 0;
    for (std::size_t place = 0; place < size; ++place) {
        before += static_cast<std::uint64_t>(in.signed_number());
        if (cells.is_there(place)) cells.numbers()[place] = before;
    }
    return cells;
}

void put(ByteWriter& out, const PlacedReading& placed)
{
    put(out, stamp_of(placed));
    put(out, placed.reading.cells);
}

PlacedReading take_placed(ByteReader& in, const TableDefinition& table)
{
    const Stamp stamp = take_stamp(in);
    return {
        .boot = stamp.boot,
        .wall = stamp.wall,
        .reading =
            {.taken_at = stamp.mono,
             .uptime = stamp.uptime,
             .cells = take_cells(in, table.rows.size() * table.columns.size())},
    };
}

// A state that is none means a damaged record; what follows cannot be trusted then.
State state_of(unsigned number)
{
    return number <= static_cast<unsigned>(State::outside) ? static_cast<State>(number)
                                                           : State::unknown;
}

void put_run(ByteWriter& out, const Interval& run, WallTime near)
{
    out.u8(is_empty(run) ? 0 : static_cast<std::uint8_t>(run.state));
    if (is_empty(run)) return;
    out.signed_number((near - run.to).count());
    out.number(static_cast<std::uint64_t>((run.to - run.from).count()));
}

Interval take_run(ByteReader& in, WallTime near)
{
    const State state = state_of(in.u8());
    if (state == State::unknown) return {};
    const WallTime to = take_wall_before(in, near);
    return {.from = before(to, in.number()), .to = to, .state = state};
}

// Three small states in one octet, four facts in another.
void put_row(ByteWriter& out, const InterfaceView& row, const RowBooks& books, WallTime near)
{
    out.u8(static_cast<std::uint8_t>(
        static_cast<unsigned>(row.admin) | static_cast<unsigned>(row.oper) << 2U |
        static_cast<unsigned>(row.state) << 5U
    ));
    out.u8(static_cast<std::uint8_t>(
        (row.has_counters ? 1U : 0U) | (books.last ? 2U : 0U) | (row.watched() ? 4U : 0U) |
        (row.stood_seconds > 0 ? 8U : 0U)
    ));
    out.signed_number((near - row.state_since).count());
    out.signed_number((near - row.evidence_at).count());
    out.number(row.speed.value);
    put(out, row.total);
    for (const Interval& run : books.open_runs)
        put_run(out, run, near);
    if (books.last) put(out, *books.last);
    if (row.stood_seconds > 0)
        out.number(static_cast<std::uint64_t>(std::lround(row.stood_seconds * 1'000)));
}

void take_row(ByteReader& in, InterfaceView& row, RowBooks& books, WallTime near)
{
    const std::uint8_t states = in.u8();
    row.admin = static_cast<AdminStatus>(states & 3U);
    row.oper = static_cast<OperStatus>(states >> 2U & 7U);
    row.state = state_of(states >> 5U);
    const std::uint8_t facts = in.u8();
    row.has_counters = (facts & 1U) != 0;
    row.state_since = take_wall_before(in, near);
    row.evidence_at = take_wall_before(in, near);
    row.speed.value = in.number();
    row.total = take_counters(in);
    for (Interval& run : books.open_runs)
        run = take_run(in, near);
    if ((facts & 2U) != 0) books.last = std::make_unique<RowReading>(take_row_reading(in));
    if ((facts & 8U) != 0) row.stood_seconds = static_cast<float>(in.number()) / 1'000;
    if ((facts & 4U) == 0) return;
    auto timeline = std::make_shared<Timeline>();
    for (const Interval& run : books.open_runs)
        timeline->add(run);
    row.timeline = std::move(timeline);
}

std::vector<std::byte> encode(const TableDefinition& table)
{
    ByteWriter out;
    out.u8(version);
    out.number(static_cast<std::uint64_t>(table.interval.count()));
    out.number(table.columns.size());
    for (const Metric metric : table.columns)
        out.number(static_cast<std::uint64_t>(metric));
    out.number(table.rows.size());
    for (const Row& row : table.rows) {
        out.text(row.key);
        out.number(row.wide_columns);
        out.number(row.attributes.size());
        for (const auto& [name, value] : row.attributes) {
            out.u8(static_cast<std::uint8_t>(name));
            out.text(value);
        }
    }
    return std::move(out).take();
}

Result<TableDefinition> decode(std::span<const std::byte> bytes, const TableKey& key)
{
    ByteReader in{bytes};
    if (in.u8() != version) return Errc::unsupported;
    TableDefinition table{.device = key.device, .kind = key.kind};
    table.interval = std::chrono::milliseconds{static_cast<std::int64_t>(in.number())};
    for (std::uint64_t count = in.number(); count > 0 && !in.failed(); --count)
        table.columns.push_back(static_cast<Metric>(in.number()));
    for (std::uint64_t count = in.number(); count > 0 && !in.failed(); --count) {
        Row row{.key = in.text(), .attributes = {}, .wide_columns = in.number()};
        for (std::uint64_t left = in.number(); left > 0 && !in.failed(); --left) {
            const auto name = static_cast<Attribute>(in.u8());
            row.attributes.set(name, in.text());
        }
        table.rows.push_back(std::move(row));
    }
    if (in.failed() || in.left() > 0) return Errc::malformed;
    return table;
}

} // namespace

TableRecord TableState::record(std::uint64_t number)
{
    recorded_at_ = number;
    TableRecord record{.table = key_, .definition = {}, .state = {}};
    if (!std::exchange(is_definition_written_, true))
        record.definition = encode(*rows_.definition());
    ByteWriter out;
    constexpr std::size_t row_bytes = 160; // about what one takes
    out.reserve(256 + rows_.size() * row_bytes);
    out.u8(version);
    out.number(recorded_at_);
    out.text(agent_);
    put(out, read_at_);
    put(out, seen_at_);
    out.u8(is_history_only_ ? 1 : 0);
    out.u8(last_uptime_ ? 1 : 0);
    if (last_uptime_) put(out, *last_uptime_);
    out.number(wraps_);
    put(out, booted_at_.value_or(WallTime{}));
    put(out, ended_at_.value_or(WallTime{}));
    out.u8(rows_.reading() ? 1 : 0);
    if (rows_.reading()) put(out, *rows_.reading());
    out.number(rows_.present());
    out.number(rows_.size());
    for (std::size_t place = 0; place < rows_.size(); ++place) {
        const InterfaceView& row = rows_.view(place);
        if (place < rows_.present()) {
            out.number(row.row_number);
        } else {
            out.text(rows_.books(place).component);
        }
        put_row(out, row, rows_.books(place), read_at_);
    }
    record.state = std::move(out).take();
    return record;
}

Result<TableState> TableState::from_record(const TableRecord& record)
{
    auto table = decode(record.definition, record.table);
    if (!table) return table.error();
    const auto definition = std::make_shared<const TableDefinition>(std::move(*table));
    ByteReader in{record.state};
    if (in.u8() != version) return Errc::unsupported;
    const std::uint64_t recorded_at = in.number();
    TableState state{record.table, in.text()};
    state.recorded_at_ = recorded_at;
    state.read_at_ = take_wall(in);
    state.seen_at_ = take_wall(in);
    state.is_history_only_ = in.u8() != 0;
    if (in.u8() != 0) state.last_uptime_ = take_stamp(in);
    state.wraps_ = in.number();
    if (const WallTime booted = take_wall(in); booted != WallTime{}) state.booted_at_ = booted;
    if (const WallTime ended = take_wall(in); ended != WallTime{}) state.ended_at_ = ended;
    std::shared_ptr<const PlacedReading> reading;
    if (in.u8() != 0) reading = std::make_shared<const PlacedReading>(take_placed(in, *definition));
    const std::uint64_t present = in.number();
    const std::uint64_t size = in.number();
    for (std::uint64_t place = 0; place < size && !in.failed(); ++place) {
        InterfaceView row;
        RowBooks books;
        if (place < present) {
            const std::uint64_t number = in.number();
            if (number >= definition->rows.size()) return Errc::malformed;
            row.row_number = static_cast<std::uint32_t>(number);
            books.component = definition->rows[number].key;
        } else {
            books.component = in.text();
        }
        take_row(in, row, books, state.read_at_);
        state.rows_.restore(std::move(books), std::move(row), place < present);
    }
    if (in.failed() || in.left() > 0) return Errc::malformed;
    state.rows_.restore(definition, std::move(reading));
    return state;
}

} // namespace hallmonitor::collector
