#include "tests/collector/fleet.hpp"

#include <algorithm>

namespace hallmonitor::collector::test {
namespace {

using namespace std::chrono_literals;

InterfaceView make_interface(const Port& port, std::size_t row)
{
    InterfaceView view{.row_number = static_cast<std::uint32_t>(row)};
    view.oper = port.oper;
    view.state = interface_state(view.admin, view.oper);
    view.state_since = now - 1h;
    view.interval_ms = 60'000;
    view.evidence_at = now - 20s;
    view.speed = {port.speed};
    view.total.set(0, port.received);
    view.total.set(1, port.sent);
    view.has_counters = true;
    view.per_second[0] = port.received_per_second;
    view.per_second[1] = port.sent_per_second;
    if (port.speed > 0) {
        const auto speed = static_cast<double>(port.speed);
        view.utilization[0] = port.received_per_second * 8 / speed;
        view.utilization[1] = port.sent_per_second * 8 / speed;
    }
    if (port.watched) view.timeline = make_timeline({{now - 1h, now, view.state}});
    return view;
}

// The device's own counters are ahead of what was counted by 7.
PlacedReading reading_of(const std::vector<Port>& ports)
{
    PlacedReading placed;
    for (const Port& port : ports)
        placed.reading.cells.push_back(port.received + 7);
    for (const Port& port : ports)
        placed.reading.cells.push_back(port.sent + 7);
    return placed;
}

} // namespace

DeviceView make_device(
    std::string site, std::string name, State state, const std::vector<Port>& ports
)
{
    auto table = std::make_shared<TableDefinition>();
    table->device = name;
    table->kind = TableKind::interface;
    table->interval = 60s;
    table->columns = {Metric::if_in_octets, Metric::if_out_octets};
    for (const Port& port : ports) {
        Row row{.key = port.key, .attributes = {{Attribute::if_name, port.key}}, .wide_columns = 3};
        if (!port.alias.empty()) row.attributes.set(Attribute::if_alias, port.alias);
        row.attributes.set(Attribute::if_index, std::to_string(table->rows.size() + 1));
        table->rows.push_back(std::move(row));
    }
    auto interfaces = std::make_shared<InterfaceTable>();
    interfaces->definition = std::move(table);
    interfaces->reading = std::make_shared<const PlacedReading>(reading_of(ports));
    for (std::size_t row = 0; row < ports.size(); ++row)
        interfaces->rows.push_back(make_interface(ports[row], row));

    DeviceView device{.id = {std::move(site), std::move(name)}, .agent = "agent-1"};
    device.attributes = {{Attribute::address, "10.0.0.1"}};
    device.liveness_interval = 10s;
    device.evidence_at = now - 5s;
    device.interfaces_at = now - 20s;
    device.state = state;
    device.state_since = now - 1h;
    device.interfaces = std::move(interfaces);
    device.timeline = make_timeline({{now - 1h, now - 5s, state}});
    return device;
}

void read_last(DeviceView& device, std::chrono::seconds ago)
{
    auto interfaces = std::make_shared<InterfaceTable>(*device.interfaces);
    for (InterfaceView& view : interfaces->rows)
        view.evidence_at = now - ago;
    device.interfaces = std::move(interfaces);
    device.interfaces_at = now - ago;
}

TableDefinition fact_table(std::string device, const std::vector<Fact>& facts)
{
    TableDefinition table{
        .device = std::move(device),
        .kind = TableKind::facts,
        .interval = 300s,
        .columns = {},
        .rows = {}};
    for (std::size_t column = 0; column < fact_columns; ++column)
        table.columns.push_back(fact_metric(column));
    for (const Fact& fact : facts)
        table.rows.push_back({.key = fact.key, .attributes = fact.attributes});
    return table;
}

Cells fact_cells(const std::vector<Fact>& facts)
{
    Cells cells = Cells::absent(facts.size() * fact_columns);
    for (std::size_t row = 0; row < facts.size(); ++row) {
        const auto section = section_of_key(facts[row].key);
        if (!section) continue;
        for (const auto& [name, value] : facts[row].values) {
            const FieldInfo& field = info_of(*section).fields[field_named(*section, name).value()];
            const auto* const number = std::get_if<double>(&value);
            cells.set(
                field.column * facts.size() + row,
                number != nullptr ? number_cell(field, *number)
                                  : word_cell(field, std::get<std::string>(value))
            );
        }
    }
    return cells;
}

FactTable make_facts(const std::vector<Fact>& facts)
{
    PlacedReading placed;
    placed.reading.cells = fact_cells(facts);
    return {
        .layout = std::make_shared<const FactLayout>(
            std::make_shared<const TableDefinition>(fact_table("sw-1", facts))
        ),
        .reading = std::make_shared<const PlacedReading>(std::move(placed)),
        .read_at = now - 60s,
    };
}

AgentView make_agent(std::string site, std::string name)
{
    AgentView agent{.id = {std::move(site), std::move(name)}, .connected = true};
    agent.peer = "192.0.2.7:40000";
    agent.software = "hallmonitor-agent 0.1.0";
    agent.heard_at = now - 1s;
    agent.live = {.newest = now - 1s, .batches = 10};
    agent.vitals = {{Metric::agent_spool_bytes, 65'536}, {Metric::agent_spool_segments, 1}};
    return agent;
}

std::shared_ptr<const Snapshot> make_snapshot(
    std::vector<DeviceView> devices, std::vector<AgentView> agents
)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->at = now;
    for (DeviceView& device : devices)
        snapshot->devices.push_back(std::make_shared<const DeviceView>(std::move(device)));
    std::sort(snapshot->devices.begin(), snapshot->devices.end(), [](const auto& a, const auto& b) {
        return a->id < b->id;
    });
    snapshot->agents = std::move(agents);
    return snapshot;
}

std::shared_ptr<const Timeline> make_timeline(const std::vector<Interval>& pieces)
{
    auto timeline = std::make_shared<Timeline>();
    for (const Interval& piece : pieces)
        timeline->add(piece);
    return timeline;
}

} // namespace hallmonitor::collector::test
