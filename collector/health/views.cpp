#include "collector/health/views.hpp"

#include "common/limits.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

std::optional<bool> flag(const std::map<Metric, std::uint64_t>& values, Metric metric)
{
    const auto found = values.find(metric);
    if (found == values.end()) return std::nullopt;
    return found->second != 0;
}

std::optional<std::chrono::microseconds> microseconds(
    const std::map<Metric, std::uint64_t>& values, Metric metric
)
{
    const auto found = values.find(metric);
    if (found == values.end()) return std::nullopt;
    return std::chrono::microseconds{static_cast<std::int64_t>(found->second)};
}

InterfaceView view_of(
    const RowState& row, std::shared_ptr<const TableDefinition> table, std::size_t row_number
)
{
    InterfaceView view{
        .table = std::move(table),
        .row_number = row_number,
        .watched = row.attributes.contains(Attribute::watched),
        .admin = row.admin,
        .oper = row.oper,
        .state = row.state,
        .state_since = row.state_since,
        .speed = row.speed,
        .raw = {},
        .total = row.total,
        .has_total = row.has_total,
        .per_second = row.per_second,
        .utilization = row.utilization,
        .timeline = row.timeline,
    };
    if (row.last) view.raw = row.last->counters;
    return view;
}

// Before the first reading after a restart there is no definition yet: one is made of what is
// known.
std::shared_ptr<const TableDefinition> definition_of(const TableState& table)
{
    if (table.definition()) return table.definition();
    auto made = std::make_shared<TableDefinition>();
    made->device = table.key().device;
    made->kind = table.key().kind;
    made->interval = table.interval();
    for (const auto& [component, row] : table.rows())
        made->rows.push_back({.key = component, .attributes = row.attributes, .wide_columns = 0});
    return made;
}

std::shared_ptr<const std::vector<InterfaceView>> interface_views(const TableState* table)
{
    auto views = std::make_shared<std::vector<InterfaceView>>();
    if (table == nullptr) return views;
    const auto definition = definition_of(*table);
    views->reserve(definition->rows.size());
    for (std::size_t r = 0; r < definition->rows.size(); ++r) {
        const auto row = table->rows().find(definition->rows[r].key);
        if (row != table->rows().end()) views->push_back(view_of(row->second, definition, r));
    }
    return views;
}

void fill_device(DeviceView& view, const TableState& table)
{
    if (table.rows().empty()) return;
    const RowState& row = table.rows().begin()->second;
    const auto& values = table.values();
    view.agent = table.agent();
    view.attributes = row.attributes;
    view.liveness_interval = table.interval();
    view.evidence_at = table.read_at();
    view.state = row.state;
    view.state_since = row.state_since;
    view.snmp_up = flag(values, Metric::device_snmp_up);
    view.ping_up = flag(values, Metric::device_ping_up);
    view.ping_rtt = microseconds(values, Metric::device_ping_rtt);
    view.poll_duration = microseconds(values, Metric::device_poll_duration);
    view.interface_table_up = flag(values, Metric::device_table_up_interface);
    if (const auto uptime = values.find(Metric::device_uptime); uptime != values.end())
        view.booted_at =
            table.read_at() -
            elapsed(DeviceTicks{0}, DeviceTicks{static_cast<std::uint32_t>(uptime->second)});
    if (row.timeline) view.timeline = row.timeline;
}

} // namespace

std::shared_ptr<const DeviceView> make_device_view(
    const DeviceId& id, const TableState* device, const TableState* interfaces
)
{
    auto view = std::make_shared<DeviceView>();
    view->id = id;
    view->timeline = std::make_shared<const Timeline>();
    if (device != nullptr) fill_device(*view, *device);
    view->interfaces = interface_views(interfaces);
    if (interfaces != nullptr) {
        if (view->agent.empty()) view->agent = interfaces->agent();
        view->poll_interval = interfaces->interval();
        view->interfaces_at = interfaces->read_at();
    }
    return view;
}

bool is_fresh(WallTime taken, std::chrono::milliseconds interval, WallTime now)
{
    return now - taken <= evidence_hold(interval);
}

State state_at(const DeviceView& device, WallTime now)
{
    return is_fresh(device.evidence_at, device.liveness_interval, now) ? device.state
                                                                       : State::unknown;
}

State state_at(const DeviceView& device, const InterfaceView& view, WallTime now)
{
    return is_fresh(device.interfaces_at, device.poll_interval, now) ? view.state : State::unknown;
}

namespace {

// What the newest observation says beyond what is recorded: its state stands for the hold.
Interval newest_evidence(
    State state, WallTime at, std::chrono::milliseconds interval, WallTime until
)
{
    return {.from = at, .to = std::min(until, at + evidence_hold(interval)), .state = state};
}

Timeline with(const Timeline& recorded, const Interval& newest)
{
    Timeline life = recorded;
    life.add(newest);
    return life;
}

std::vector<Interval> clipped(const Timeline& life, WallTime from, WallTime to)
{
    std::vector<Interval> out;
    for (Interval interval : life.intervals()) {
        interval.from = std::max(interval.from, from);
        interval.to = std::min(interval.to, to);
        if (interval.from < interval.to) out.push_back(interval);
    }
    return out;
}

Timeline life_until(const DeviceView& device, WallTime to)
{
    const Interval newest =
        newest_evidence(device.state, device.evidence_at, device.liveness_interval, to);
    return with(*device.timeline, newest);
}

Timeline life_until(const DeviceView& device, const InterfaceView& view, WallTime to)
{
    if (!view.timeline) return {};
    const Interval newest =
        newest_evidence(view.state, device.interfaces_at, device.poll_interval, to);
    return with(*view.timeline, newest);
}

} // namespace

Share share_of(const DeviceView& device, WallTime from, WallTime to)
{
    return life_until(device, to).share(from, to);
}

Share share_of(const DeviceView& device, const InterfaceView& view, WallTime from, WallTime to)
{
    return life_until(device, view, to).share(from, to);
}

std::vector<Interval> life_of(const DeviceView& device, WallTime from, WallTime to)
{
    return clipped(life_until(device, to), from, to);
}

std::vector<Interval> life_of(
    const DeviceView& device, const InterfaceView& view, WallTime from, WallTime to
)
{
    return clipped(life_until(device, view, to), from, to);
}

bool is_up(const AgentView& agent, WallTime now)
{
    return agent.connected && now - agent.heard_at <= limits::peer_silence;
}

std::optional<std::chrono::milliseconds> live_lag(const AgentView& agent, WallTime now)
{
    if (agent.live.batches == 0) return std::nullopt;
    return now + agent.clock_skew - agent.live.newest;
}

std::optional<std::chrono::milliseconds> history_lag(const AgentView& agent, WallTime now)
{
    // The agent keeps its newest segment; what is more than one waits to be acknowledged.
    const auto segments = agent.vitals.find(Metric::agent_spool_segments);
    const bool waits = segments != agent.vitals.end() && segments->second > 1;
    if (!waits || agent.history.batches == 0) return std::nullopt;
    return now + agent.clock_skew - agent.history.newest;
}

} // namespace hallmonitor::collector
