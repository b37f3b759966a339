// The durable form of a TableState: what a restarted collector needs to go on as if it had not
// stopped. Closed intervals are not in it; they have rows of their own in the database.

#include "collector/health/table_state.hpp"
#include "collector/store/bytes.hpp"

namespace hallmonitor::collector {
namespace {

constexpr std::uint8_t version = 1;

void put(ByteWriter& out, WallTime at)
{
    out.number(static_cast<std::uint64_t>(at.since_epoch.count()));
}

WallTime take_wall(ByteReader& in)
{
    return {std::chrono::milliseconds{static_cast<std::int64_t>(in.number())}};
}

void put(ByteWriter& out, const Cell& cell)
{
    out.u8(cell ? 1 : 0);
    if (cell) out.number(*cell);
}

Cell take_cell(ByteReader& in)
{
    if (in.u8() == 0) return std::nullopt;
    return in.number();
}

void put(ByteWriter& out, const Stamp& stamp)
{
    out.number(stamp.boot);
    out.number(static_cast<std::uint64_t>(stamp.mono.since_boot.count()));
    put(out, stamp.wall);
    put(out, stamp.uptime ? Cell{stamp.uptime->centiseconds} : Cell{});
}

Stamp take_stamp(ByteReader& in)
{
    Stamp stamp;
    stamp.boot = in.number();
    stamp.mono.since_boot = std::chrono::microseconds{static_cast<std::int64_t>(in.number())};
    stamp.wall = take_wall(in);
    if (const Cell ticks = take_cell(in))
        stamp.uptime = DeviceTicks{static_cast<std::uint32_t>(*ticks)};
    return stamp;
}

void put(ByteWriter& out, const RowReading& reading)
{
    put(out, reading.stamp);
    for (const Cell& cell : reading.counters)
        put(out, cell);
    out.number(reading.wide);
    put(out, reading.discontinuity);
    out.number(reading.speed.value);
}

RowReading take_reading(ByteReader& in)
{
    RowReading reading{.stamp = take_stamp(in)};
    for (Cell& cell : reading.counters)
        cell = take_cell(in);
    reading.wide = in.number();
    reading.discontinuity = take_cell(in);
    reading.speed.value = in.number();
    return reading;
}

void put(ByteWriter& out, const RowState& row)
{
    out.u8(static_cast<std::uint8_t>(row.admin));
    out.u8(static_cast<std::uint8_t>(row.oper));
    out.u8(static_cast<std::uint8_t>(row.state));
    put(out, row.state_since);
    put(out, row.evidence_at);
    out.u8(row.last ? 1 : 0);
    if (row.last) put(out, *row.last);
    out.u8(row.has_newest ? 1 : 0);
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        put(out, row.has_total.at(slot) ? Cell{row.total.at(slot)} : Cell{});
    for (const auto& run : row.open_runs) {
        out.u8(run ? static_cast<std::uint8_t>(run->state) : 0);
        if (!run) continue;
        put(out, run->from);
        put(out, run->to);
    }
    out.u8(row.timeline ? 1 : 0);
}

// A state that is none means a damaged record; what follows cannot be trusted then.
State take_state(ByteReader& in)
{
    const std::uint8_t number = in.u8();
    return number <= static_cast<std::uint8_t>(State::outside) ? static_cast<State>(number)
                                                               : State::unknown;
}

RowState take_row(ByteReader& in)
{
    RowState row;
    row.admin = static_cast<AdminStatus>(in.u8());
    row.oper = static_cast<OperStatus>(in.u8());
    row.state = take_state(in);
    row.state_since = take_wall(in);
    row.evidence_at = take_wall(in);
    if (in.u8() != 0) row.last = take_reading(in);
    row.has_newest = in.u8() != 0 && row.last;
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        const Cell total = take_cell(in);
        row.has_total.at(slot) = total.has_value();
        row.total.at(slot) = total.value_or(0);
    }
    for (auto& run : row.open_runs) {
        const State state = take_state(in);
        if (state == State::unknown) continue;
        const WallTime from = take_wall(in);
        run = Interval{.from = from, .to = take_wall(in), .state = state};
    }
    if (in.u8() == 0) return row;
    row.timeline = std::make_shared<Timeline>();
    for (const auto& run : row.open_runs)
        if (run) row.timeline->add(*run);
    return row;
}

void put(ByteWriter& out, const TableDefinition& table)
{
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
}

TableDefinition take_definition(ByteReader& in, const TableKey& key)
{
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
    return table;
}

} // namespace

const std::vector<std::byte>& TableState::definition_bytes() const
{
    if (encoded_ != definition_) {
        ByteWriter out;
        put(out, *definition_);
        definition_bytes_ = std::move(out).take();
        encoded_ = definition_;
    }
    return definition_bytes_;
}

TableRecord TableState::record() const
{
    ByteWriter out;
    constexpr std::size_t row_bytes = 160; // about what one takes
    out.reserve(1'024 + (definition_ ? definition_bytes().size() : 0) + rows_.size() * row_bytes);
    out.u8(version);
    out.text(agent_);
    put(out, read_at_);
    put(out, seen_at_);
    out.u8(definition_ ? 1 : 0);
    if (definition_) out.append(definition_bytes());
    out.u8(is_history_only_ ? 1 : 0);
    out.u8(last_uptime_ ? 1 : 0);
    if (last_uptime_) put(out, *last_uptime_);
    out.number(wraps_);
    put(out, booted_at_.value_or(WallTime{}));
    out.number(values_.size());
    for (const auto& [metric, value] : values_) {
        out.number(static_cast<std::uint64_t>(metric));
        out.number(value);
    }
    out.number(rows_.size());
    for (const auto& [component, row] : rows_) {
        out.text(component);
        put(out, row);
    }
    return {.table = key_, .blob = std::move(out).take()};
}

Result<TableState> TableState::from_record(const TableRecord& record)
{
    ByteReader in{record.blob};
    if (in.u8() != version) return Errc::unsupported;
    TableState state{record.table, in.text()};
    state.read_at_ = take_wall(in);
    state.seen_at_ = take_wall(in);
    if (in.u8() != 0) {
        state.definition_ =
            std::make_shared<const TableDefinition>(take_definition(in, record.table));
        state.interval_ = state.definition_->interval;
    }
    state.is_history_only_ = in.u8() != 0;
    if (in.u8() != 0) state.last_uptime_ = take_stamp(in);
    state.wraps_ = in.number();
    if (const WallTime booted = take_wall(in); booted != WallTime{}) state.booted_at_ = booted;
    for (std::uint64_t count = in.number(); count > 0 && !in.failed(); --count) {
        const auto metric = static_cast<Metric>(in.number());
        state.values_[metric] = in.number();
    }
    for (std::uint64_t count = in.number(); count > 0 && !in.failed(); --count) {
        std::string component = in.text();
        state.rows_.insert_or_assign(std::move(component), take_row(in));
    }
    if (in.failed() || in.left() > 0) return Errc::malformed;
    return state;
}

} // namespace hallmonitor::collector
