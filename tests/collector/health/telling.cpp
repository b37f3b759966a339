#include "tests/collector/health/telling.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <stdexcept>

namespace hallmonitor::collector::ledger_test {
namespace {

// The agent's machine booted an hour before the start.
MonoTime mono(std::int64_t second)
{
    return MonoTime{std::chrono::seconds{second + 3'600}};
}

} // namespace

TableDefinition port_table(const std::vector<std::string>& ports, bool wide, bool watched)
{
    TableDefinition table{
        .device = "sw-1",
        .kind = TableKind::interface,
        .interval = std::chrono::seconds{60},
        .columns =
            {Metric::if_admin_status,
             Metric::if_oper_status,
             Metric::if_speed,
             Metric::if_last_change,
             Metric::if_in_octets,
             Metric::if_in_errors},
        .rows = {},
    };
    for (const std::string& port : ports) {
        Row row{.key = port, .attributes = {}, .wide_columns = wide ? std::uint64_t{1} << 4 : 0};
        row.attributes.set(Attribute::if_name, port);
        if (watched) row.attributes.set(Attribute::watched, "1");
        table.rows.push_back(row);
    }
    return table;
}

TableDefinition liveness_table()
{
    return {
        .device = "sw-1",
        .kind = TableKind::device,
        .interval = std::chrono::seconds{10},
        .columns = {Metric::device_state, Metric::device_state_age},
        .rows = {Row{}},
    };
}

void Telling::ports(
    std::int64_t second, std::optional<std::uint32_t> uptime, std::vector<Port> ports
)
{
    TableReading reading{.taken_at = mono(second), .uptime = std::nullopt, .cells = {}};
    if (uptime) reading.uptime = DeviceTicks{*uptime};
    const auto column = [&](auto value_of) {
        for (const Port& port : ports)
            reading.cells.push_back(static_cast<std::uint64_t>(value_of(port)));
    };
    column([](const Port& port) { return port.admin; });
    column([](const Port& port) { return port.oper; });
    column([](const Port& port) { return port.speed; });
    column([](const Port& port) { return port.last_change; });
    column([](const Port& port) { return port.octets; });
    column([](const Port& port) { return port.errors; });
    encoder_.add("sw-1", TableKind::interface, reading);
}

void Telling::device(std::int64_t second, State state, std::int64_t age_seconds)
{
    const TableReading reading{
        .taken_at = mono(second),
        .uptime = std::nullopt,
        .cells =
            {static_cast<std::uint64_t>(state), static_cast<std::uint64_t>(age_seconds * 1000)},
    };
    encoder_.add("sw-1", TableKind::device, reading);
}

void Telling::facts(std::int64_t second, Cells cells)
{
    const TableReading reading{
        .taken_at = mono(second), .uptime = std::nullopt, .cells = std::move(cells)};
    encoder_.add("sw-1", TableKind::facts, reading);
}

void Telling::seal(std::int64_t second)
{
    if (encoder_.empty()) return;
    sealed_.push_back(encoder_.seal({.mono = mono(second), .wall = at(second) + offset_}));
}

std::vector<DecodedBatch> Telling::decoded() const
{
    std::vector<DecodedBatch> out;
    BatchDecoder decoder;
    for (const SealedBatch& batch : sealed_) {
        auto decoded = decoder.decode(batch.bytes);
        if (!decoded) throw std::runtime_error{decoded.error().message()};
        out.push_back(std::move(*decoded));
    }
    return out;
}

void tell(Ledger& ledger, const std::vector<DecodedBatch>& batches, wire::Lane lane)
{
    for (const DecodedBatch& batch : batches)
        ledger.apply(the_agent, lane, batch);
}

void commit(Ledger& ledger, MemoryDb& db)
{
    const Checkpoint checkpoint = ledger.take_checkpoint();
    db.write(checkpoint);
    ledger.committed(checkpoint);
}

const DeviceView& the_device(const Snapshot& snapshot)
{
    return *snapshot.devices.at(0);
}

const InterfaceView& the_port(const Snapshot& snapshot, const std::string& key)
{
    const InterfaceTable& interfaces = *the_device(snapshot).interfaces;
    for (const InterfaceView& view : interfaces.rows)
        if (interfaces.row(view).key == key) return view;
    throw std::out_of_range{key};
}

const Row& the_row(const Snapshot& snapshot, const std::string& key)
{
    return the_device(snapshot).interfaces->row(the_port(snapshot, key));
}

std::vector<Interval> life(const std::shared_ptr<const Timeline>& timeline)
{
    if (!timeline) return {};
    return {timeline->intervals().begin(), timeline->intervals().end()};
}

Interval piece(std::int64_t from, std::int64_t to, State state)
{
    return {at(from), at(to), state};
}

} // namespace hallmonitor::collector::ledger_test

namespace hallmonitor::collector {

std::ostream& operator<<(std::ostream& out, const Interval& interval)
{
    static constexpr std::array names{"unknown", "up", "down", "outside"};
    return out << names.at(static_cast<std::size_t>(interval.state)) << " "
               << (interval.from - ledger_test::start).count() << ".."
               << (interval.to - ledger_test::start).count() << " ms";
}

} // namespace hallmonitor::collector
