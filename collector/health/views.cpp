#include "collector/health/views.hpp"

#include "common/limits.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

constexpr auto contest_hold = std::chrono::minutes{5};

std::optional<bool> flag(const TableState& table, Metric metric)
{
    const Cell cell = table.value(metric);
    if (!cell) return std::nullopt;
    return *cell != 0;
}

std::optional<std::chrono::microseconds> microseconds(const TableState& table, Metric metric)
{
    const Cell cell = table.value(metric);
    if (!cell) return std::nullopt;
    return std::chrono::microseconds{static_cast<std::int64_t>(*cell)};
}

void fill_device(DeviceView& view, const TableState& table)
{
    if (table.rows().present() == 0) return;
    const InterfaceView& row = table.rows().view(0);
    view.agent = table.agent();
    view.attributes = table.rows().definition()->rows.front().attributes;
    view.liveness_interval = table.interval();
    view.evidence_at = table.seen_at();
    view.evidence_offset = row.evidence_at - table.seen_at();
    view.state = row.state;
    view.state_since = row.state_since;
    view.snmp_up = flag(table, Metric::device_snmp_up);
    view.ping_up = flag(table, Metric::device_ping_up);
    view.ping_rtt = microseconds(table, Metric::device_ping_rtt);
    view.poll_duration = microseconds(table, Metric::device_poll_duration);
    view.interface_table_up = flag(table, Metric::device_table_up_interface);
    // Where no interface table tells it better: to the jitter of two clocks.
    if (const Cell uptime = table.value(Metric::device_uptime))
        view.booted_at = table.read_at() -
                         elapsed(DeviceTicks{0}, DeviceTicks{static_cast<std::uint32_t>(*uptime)});
    if (row.timeline) view.timeline = row.timeline;
}

FactTable facts_of(const TableState& table, const DeviceView* before)
{
    FactTable facts{.layout = {}, .reading = table.rows().reading(), .read_at = table.seen_at()};
    const auto& definition = table.rows().definition();
    if (!definition) return facts;
    if (before != nullptr) facts.layout = before->facts.layout;
    if (!facts.layout || facts.layout->definition() != definition)
        facts.layout = std::make_shared<const FactLayout>(definition);
    return facts;
}

// The newest end, once all that is told of it has ended.
std::optional<WallTime> end_of(const DeviceTables& tables)
{
    std::optional<WallTime> end;
    for (const TableState* table : {tables.liveness, tables.interfaces, tables.facts}) {
        if (table == nullptr) continue;
        if (!table->ended_at()) return std::nullopt;
        end = std::max(end, table->ended_at());
    }
    return end;
}

} // namespace

std::shared_ptr<const DeviceView> make_device_view(
    const DeviceId& id, const DeviceTables& tables, const DeviceView* before
)
{
    static const auto no_interfaces = std::make_shared<const InterfaceTable>();
    static const auto no_timeline = std::make_shared<const Timeline>();
    auto view = std::make_shared<DeviceView>();
    view->id = id;
    view->timeline = no_timeline;
    view->interfaces = no_interfaces;
    view->ended_at = end_of(tables);
    if (tables.liveness != nullptr) {
        fill_device(*view, *tables.liveness);
        static_cast<void>(tables.liveness->share()); // its timeline
    }
    if (TableState* const interfaces = tables.interfaces) {
        view->interfaces = interfaces->share();
        if (view->agent.empty()) view->agent = interfaces->agent();
        view->interfaces_at = interfaces->seen_at();
        view->interfaces_offset = interfaces->read_at() - interfaces->seen_at();
        if (interfaces->booted_at()) view->booted_at = interfaces->booted_at();
    }
    if (tables.facts != nullptr) {
        if (view->agent.empty()) view->agent = tables.facts->agent();
        view->facts = facts_of(*tables.facts, before);
    }
    return view;
}

Cell InterfaceTable::raw(const InterfaceView& view, Metric counter) const
{
    if (!view.has_counters || !reading) return std::nullopt;
    const auto& columns = definition->columns;
    const auto column = std::find(columns.begin(), columns.end(), counter);
    if (column == columns.end()) return std::nullopt;
    const auto place = static_cast<std::size_t>(column - columns.begin());
    return reading->reading.cells[place * definition->rows.size() + view.row_number];
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

bool is_fresh(const DeviceView& device, const InterfaceView& view, WallTime now)
{
    const WallTime seen_at = view.evidence_at - device.interfaces_offset;
    return is_fresh(seen_at, std::chrono::milliseconds{view.interval_ms}, now);
}

State state_at(const DeviceView& device, const InterfaceView& view, WallTime now)
{
    return is_fresh(device, view, now) ? view.state : State::unknown;
}

namespace {

// What the newest observation says beyond what is recorded: its state stands for the hold.
struct Newest {
    State state{State::unknown};
    WallTime seen_at; // by the collector's clock
    std::chrono::milliseconds offset{0};
    std::chrono::milliseconds interval{0};

    [[nodiscard]] Interval until(WallTime to) const
    {
        const WallTime from = seen_at + offset;
        if (!is_datable(from) || offset > furthest_ahead) return {};
        return {from, std::min(to + offset, from + evidence_hold(interval)), state};
    }
};

Newest newest_of(const DeviceView& device)
{
    return {device.state, device.evidence_at, device.evidence_offset, device.liveness_interval};
}

Newest newest_of(const DeviceView& device, const InterfaceView& view)
{
    const std::chrono::milliseconds offset = device.interfaces_offset;
    return {
        view.state, view.evidence_at - offset, offset, std::chrono::milliseconds{view.interval_ms}};
}

Timeline with(const Timeline& recorded, const Interval& newest)
{
    Timeline life = recorded;
    life.add(newest);
    return life;
}

// A page asks for the share of every object: the record, which may be long, is not copied where the
// newest evidence simply follows it.
Share share_with(const Timeline& recorded, const Interval& newest, WallTime from, WallTime to)
{
    const auto intervals = recorded.intervals();
    if (intervals.empty() || intervals.back().to != newest.from)
        return with(recorded, newest).share(from, to);
    Timeline tail;
    tail.add(newest);
    Share share = recorded.share(from, to);
    const Share after = tail.share(from, to);
    share.up += after.up;
    share.down += after.down;
    share.outside += after.outside;
    share.unknown -= after.up + after.down + after.outside;
    return share;
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

// A life that ended has no unknown behind its end.
WallTime end_within(const DeviceView& device, WallTime from, WallTime to)
{
    return device.ended_at ? std::clamp(*device.ended_at, from, std::max(from, to)) : to;
}

} // namespace

Share share_of(const DeviceView& device, WallTime from, WallTime to)
{
    to = end_within(device, from, to);
    return share_with(*device.timeline, newest_of(device).until(to), from, to);
}

Share share_of(const DeviceView& device, const InterfaceView& view, WallTime from, WallTime to)
{
    if (!view.timeline) return {};
    to = end_within(device, from, to);
    return share_with(*view.timeline, newest_of(device, view).until(to), from, to);
}

std::vector<Interval> life_of(const DeviceView& device, WallTime from, WallTime to)
{
    to = end_within(device, from, to);
    return clipped(with(*device.timeline, newest_of(device).until(to)), from, to);
}

std::vector<Interval> life_of(
    const DeviceView& device, const InterfaceView& view, WallTime from, WallTime to
)
{
    if (!view.timeline) return {};
    to = end_within(device, from, to);
    return clipped(with(*view.timeline, newest_of(device, view).until(to)), from, to);
}

bool is_up(const AgentView& agent, WallTime now)
{
    return agent.connected && now - agent.heard_at <= limits::peer_silence;
}

bool is_contested(const AgentView& agent, WallTime now)
{
    return agent.contested_at && now - *agent.contested_at <= contest_hold;
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
