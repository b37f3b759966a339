#include "collector/report/documents.hpp"

#include "collector/report/concerns.hpp"
#include "common/model/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::collector {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

json::value seconds(milliseconds time)
{
    return std::chrono::duration<double>(time).count();
}

// A std::optional or a Measured.
template <class T>
json::value or_null(const T& value)
{
    if (!value) return nullptr;
    return *value;
}

std::string_view state_name(State state)
{
    switch (state) {
    case State::up: return "up";
    case State::down: return "down";
    case State::outside: return "disabled";
    case State::unknown: return "unknown";
    }
    return "unknown";
}

json::value fact(const Attributes& facts, Attribute name)
{
    const auto found = facts.find(name);
    if (!found) return nullptr;
    return json::string{*found};
}

bool is_wanted(const std::optional<std::string>& site, const std::string& of)
{
    return !site || *site == of;
}

// Rates in bit/s, null when they are stale or were never measured.
json::value bits(const InterfaceView& view, Metric metric, bool fresh)
{
    const Measured rate = view.per_second.at(counter_slot(metric));
    if (!fresh || !rate) return nullptr;
    return *rate * 8;
}

json::object interface_object(const DeviceView& device, const InterfaceView& view, WallTime now)
{
    const bool fresh = is_fresh(device, view, now);
    const Row& row = device.interfaces->row(view);
    const Attributes& facts = row.attributes;
    const auto used = [&](std::size_t direction) -> json::value {
        return fresh ? or_null(view.utilization.at(direction)) : nullptr;
    };
    return {
        {"interface", row.key},
        {"alias", fact(facts, Attribute::if_alias)},
        {"descr", fact(facts, Attribute::if_descr)},
        {"type", fact(facts, Attribute::if_type)},
        {"watched", view.watched()},
        {"state", state_name(state_at(device, view, now))},
        {"since", to_rfc3339(view.state_since)},
        {"speed_bps", view.speed.value > 0 ? json::value(view.speed.value) : json::value()},
        {"in_bps", bits(view, Metric::if_in_octets, fresh)},
        {"out_bps", bits(view, Metric::if_out_octets, fresh)},
        {"in_utilization", used(0)},
        {"out_utilization", used(1)},
        {"in_octets", view.total.numbers.at(counter_slot(Metric::if_in_octets))},
        {"out_octets", view.total.numbers.at(counter_slot(Metric::if_out_octets))},
    };
}

json::array concerns_array(const DeviceView& device, WallTime now)
{
    json::array concerns;
    for (const Concern& concern : concerns_of(device, now))
        concerns.push_back(json::object{{"kind", concern.kind}, {"text", concern.text}});
    return concerns;
}

json::object device_object(const DeviceView& device, WallTime now)
{
    json::array interfaces;
    for (const InterfaceView& view : device.interfaces->rows)
        interfaces.push_back(interface_object(device, view, now));
    const auto rtt = device.ping_rtt
                         ? json::value(static_cast<double>(device.ping_rtt->count()) / 1e6)
                         : json::value();
    return {
        {"site", device.id.site},
        {"device", device.id.name},
        {"agent", device.agent},
        {"address", fact(device.attributes, Attribute::address)},
        {"sys_name", fact(device.attributes, Attribute::sys_name)},
        {"sys_descr", fact(device.attributes, Attribute::sys_descr)},
        {"location", fact(device.attributes, Attribute::sys_location)},
        {"vendor", fact(device.attributes, Attribute::vendor)},
        {"model", fact(device.attributes, Attribute::model)},
        {"serial", fact(device.attributes, Attribute::serial)},
        {"software", fact(device.attributes, Attribute::software)},
        {"state", state_name(state_at(device, now))},
        {"since", to_rfc3339(device.state_since)},
        {"seen", to_rfc3339(std::max(device.evidence_at, device.interfaces_at))},
        {"snmp_up", or_null(device.snmp_up)},
        {"ping_up", or_null(device.ping_up)},
        {"ping_rtt_seconds", rtt},
        {"booted_at",
         device.booted_at ? json::value(to_rfc3339(*device.booted_at)) : json::value()},
        {"concerns", concerns_array(device, now)},
        {"interfaces", std::move(interfaces)},
    };
}

json::array silent_agents(const Snapshot& snapshot, const std::optional<std::string>& site)
{
    json::array agents;
    for (const AgentView& agent : snapshot.agents) {
        if (!is_wanted(site, agent.id.site) || is_up(agent, snapshot.at)) continue;
        json::object row{{"site", agent.id.site}, {"agent", agent.id.name}, {"since", nullptr}};
        if (agent.heard_at != WallTime{}) row["since"] = to_rfc3339(agent.heard_at);
        agents.push_back(std::move(row));
    }
    return agents;
}

json::array contested_agents(const Snapshot& snapshot, const std::optional<std::string>& site)
{
    json::array agents;
    for (const AgentView& agent : snapshot.agents)
        if (is_wanted(site, agent.id.site) && is_contested(agent, snapshot.at))
            agents.push_back({{"site", agent.id.site}, {"agent", agent.id.name}});
    return agents;
}

// A device or a watched interface of it.
struct Object {
    const DeviceView* device;
    const InterfaceView* view; // null: the device itself
};

std::vector<Object> tracked_objects(
    const Snapshot& snapshot, const std::optional<std::string>& site
)
{
    std::vector<Object> objects;
    for (const auto* devices : {&snapshot.devices, &snapshot.ended}) {
        for (const auto& device : *devices) {
            if (!is_wanted(site, device->id.site)) continue;
            objects.push_back({device.get(), nullptr});
            for (const InterfaceView& view : device->interfaces->rows)
                if (view.timeline) objects.push_back({device.get(), &view});
        }
    }
    return objects;
}

json::object name_of(const Object& object)
{
    json::value interface;
    if (object.view != nullptr) interface = object.device->interfaces->row(*object.view).key;
    return {
        {"site", object.device->id.site},
        {"device", object.device->id.name},
        {"interface", std::move(interface)},
    };
}

json::object range_of(const ReportOptions& options)
{
    return {{"from", to_rfc3339(options.from)}, {"to", to_rfc3339(options.to)}};
}

} // namespace

json::value devices_document(
    const Snapshot& snapshot,
    const std::optional<std::string>& site,
    const std::vector<std::string>& troubles
)
{
    json::array devices;
    for (const auto& device : snapshot.devices)
        if (is_wanted(site, device->id.site))
            devices.push_back(device_object(*device, snapshot.at));
    return {
        {"at", to_rfc3339(snapshot.at)},
        {"silent_agents", silent_agents(snapshot, site)},
        {"contested_agents", contested_agents(snapshot, site)},
        {"troubles", json::value_from(troubles)},
        {"devices", std::move(devices)},
    };
}

PageSource devices_page(
    std::shared_ptr<const Snapshot> snapshot,
    std::optional<std::string> site,
    const std::vector<std::string>& troubles
)
{
    const std::string head =
        R"({"at":")" + to_rfc3339(snapshot->at) + R"(","silent_agents":)" +
        json::serialize(silent_agents(*snapshot, site)) + R"(,"contested_agents":)" +
        json::serialize(contested_agents(*snapshot, site)) + R"(,"troubles":)" +
        json::serialize(json::value_from(troubles)) + R"(,"devices":[)";
    return [snapshot = std::move(snapshot),
            site = std::move(site),
            next = std::size_t{0},
            before_next = head,
            ended = false](std::string& into) mutable {
        if (ended) return false;
        const std::size_t begin = into.size();
        const auto& devices = snapshot->devices;
        while (next < devices.size() && into.size() - begin < page_piece_bytes) {
            const DeviceView& device = *devices[next++];
            if (!is_wanted(site, device.id.site)) continue;
            into += std::exchange(before_next, ",");
            into += json::serialize(device_object(device, snapshot->at));
        }
        if (next < devices.size()) return true;
        if (before_next != ",") into += before_next;
        into += "]}\n";
        ended = true;
        return true;
    };
}

json::value report_document(const Snapshot& snapshot, const ReportOptions& options)
{
    json::array rows;
    for (const Object& object : tracked_objects(snapshot, options.site)) {
        const Share share = object.view != nullptr
                                ? share_of(*object.device, *object.view, options.from, options.to)
                                : share_of(*object.device, options.from, options.to);
        const auto coverage = share.coverage();
        const bool enough = coverage.value_or(0) >= options.minimum_coverage;
        json::object row = name_of(object);
        row["up_seconds"] = seconds(share.up);
        row["down_seconds"] = seconds(share.down);
        row["unknown_seconds"] = seconds(share.unknown);
        row["disabled_seconds"] = seconds(share.outside);
        row["availability_ratio"] = enough ? or_null(share.availability()) : json::value();
        row["coverage_ratio"] = or_null(coverage);
        rows.push_back(std::move(row));
    }
    json::object document = range_of(options);
    document["minimum_coverage"] = options.minimum_coverage;
    document["objects"] = std::move(rows);
    return document;
}

namespace {

struct Outage {
    Object object;
    Interval interval; // whole, however much of it lies in the range
    std::string_view state;
};

// What followed an outage: the next evidence, the present, or nothing that is known.
std::string_view end_state(
    std::span<const Interval> life, std::size_t outage, State present, WallTime now
)
{
    const Interval& down = life[outage];
    if (outage + 1 < life.size())
        return life[outage + 1].from == down.to ? "ended" : "unknown_after";
    if (present == State::down) return "ongoing";
    return present == State::unknown || down.to < now ? "unknown_after" : "ended";
}

void add_outages(
    std::vector<Outage>& into, const Object& object, const ReportOptions& options, WallTime now
)
{
    const auto life = object.view != nullptr ? life_of(*object.device, *object.view, {}, now)
                                             : life_of(*object.device, {}, now);
    const State present = object.view != nullptr ? state_at(*object.device, *object.view, now)
                                                 : state_at(*object.device, now);
    for (std::size_t i = 0; i < life.size(); ++i) {
        const bool in_range = life[i].from < options.to && life[i].to > options.from;
        if (life[i].state != State::down || !in_range) continue;
        into.push_back({object, life[i], end_state(life, i, present, now)});
    }
}

} // namespace

json::value outages_document(const Snapshot& snapshot, const ReportOptions& options)
{
    std::vector<Outage> outages;
    for (const Object& object : tracked_objects(snapshot, options.site))
        add_outages(outages, object, options, snapshot.at);
    std::stable_sort(outages.begin(), outages.end(), [](const Outage& a, const Outage& b) {
        return a.interval.from < b.interval.from;
    });
    json::array rows;
    for (const Outage& outage : outages) {
        json::object row = name_of(outage.object);
        const bool lasts = outage.state == "ongoing";
        row["state"] = outage.state;
        row["from"] = to_rfc3339(outage.interval.from);
        row["to"] = lasts ? json::value() : json::value(to_rfc3339(outage.interval.to));
        row["duration_seconds"] = seconds(outage.interval.to - outage.interval.from);
        rows.push_back(std::move(row));
    }
    json::object document = range_of(options);
    document["outages"] = std::move(rows);
    return document;
}

json::value agents_document(const Snapshot& snapshot, const std::optional<std::string>& site)
{
    json::array agents;
    for (const AgentView& agent : snapshot.agents) {
        if (!is_wanted(site, agent.id.site)) continue;
        const auto lag = live_lag(agent, snapshot.at);
        const auto history = history_lag(agent, snapshot.at);
        agents.push_back(json::object{
            {"site", agent.id.site},
            {"agent", agent.id.name},
            {"state", is_up(agent, snapshot.at) ? "up" : "silent"},
            {"peer", agent.peer},
            {"identity_contested", is_contested(agent, snapshot.at)},
            {"software", sanitize(agent.software)},
            {"lag_seconds", lag ? seconds(*lag) : json::value()},
            {"history_lag_seconds", history ? seconds(*history) : json::value()},
            {"clock_skew_seconds", seconds(agent.clock_skew)},
        });
    }
    return {{"at", to_rfc3339(snapshot.at)}, {"agents", std::move(agents)}};
}

json::value events_document(const Snapshot& snapshot, const std::optional<std::string>& site)
{
    json::array events;
    for (const EventView& event : snapshot.events) {
        if (!is_wanted(site, event.agent.site)) continue;
        events.push_back(json::object{
            {"at", to_rfc3339(event.at)},
            {"site", event.agent.site},
            {"agent", event.agent.name},
            {"device", event.event.device},
            {"kind", event.event.kind},
            {"text", event.event.text},
        });
    }
    return {{"at", to_rfc3339(snapshot.at)}, {"events", std::move(events)}};
}

json::value discovery_document(const Snapshot& snapshot, const std::string& target)
{
    std::set<std::string> sites;
    for (const auto& device : snapshot.devices)
        sites.insert(device->id.site);
    for (const AgentView& agent : snapshot.agents)
        sites.insert(agent.id.site);
    json::array groups;
    for (const std::string& site : sites)
        groups.push_back(json::object{
            {"targets", json::array{target}},
            {"labels", json::object{{"__metrics_path__", "/metrics"}, {"__param_site", site}}},
        });
    groups.push_back(json::object{
        {"targets", json::array{target}},
        {"labels", json::object{{"__metrics_path__", "/metrics/self"}}},
    });
    return groups;
}

} // namespace hallmonitor::collector
