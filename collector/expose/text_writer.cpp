#include "collector/expose/text_writer.hpp"

#include "collector/expose/catalogue.hpp"
#include "collector/expose/page_buffer.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::collector {
namespace {

using std::chrono::duration;

constexpr double bits_per_octet = 8;

void append_label(std::string& out, std::string_view name, std::string_view value)
{
    if (!out.empty()) out += ',';
    out.append(name).append("=\"");
    append_escaped(out, value);
    out += '"';
}

std::string_view attribute(const std::map<Attribute, std::string>& attributes, Attribute name)
{
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string_view{} : std::string_view{found->second};
}

std::string_view type_name(Type type)
{
    return type == Type::counter ? "counter" : "gauge";
}

double seconds(auto time)
{
    return std::chrono::duration<double>(time).count();
}

struct Interface {
    const DeviceView* device;
    const InterfaceView* view;
    std::string labels;
};

struct Device {
    const DeviceView* view;
    std::string labels;
};

// Everything that the families below write from, labels rendered once.
struct Page {
    WallTime now;
    PageOptions options;
    std::vector<Device> devices;
    std::vector<Interface> interfaces;
    std::vector<std::pair<const AgentView*, std::string>> agents;
    PageBuffer out;
};

void collect(const Snapshot& snapshot, Page& page)
{
    const auto& site = page.options.site;
    for (const auto& device : snapshot.devices) {
        if (site && device->id.site != *site) continue;
        std::string labels;
        append_label(labels, "site", device->id.site);
        append_label(labels, "device", device->id.name);
        for (const InterfaceView& view : *device->interfaces) {
            std::string all = labels;
            append_label(all, "interface", view.row().key);
            page.interfaces.push_back({device.get(), &view, std::move(all)});
        }
        page.devices.push_back({device.get(), std::move(labels)});
    }
    for (const AgentView& agent : snapshot.agents) {
        if (site && agent.id.site != *site) continue;
        std::string labels;
        append_label(labels, "site", agent.id.site);
        append_label(labels, "agent", agent.id.name);
        page.agents.emplace_back(&agent, std::move(labels));
    }
}

// Writes a family's head before its first sample: a family without samples is not shown.
class FamilyWriter {
public:
    FamilyWriter(Page& page, FamilyId id) : page_(page), family_(family(id)) {}

    template <class Number>
    void sample(std::string_view labels, std::string_view more, Number value)
    {
        if (!std::exchange(begun_, true))
            page_.out.head(family_.name, family_.help, type_name(family_.type));
        page_.out.sample(family_.name, labels, more, value);
    }

private:
    Page& page_;
    const Family& family_;
    bool begun_{false};
};

template <class Write>
void each_device(Page& page, FamilyId id, const Write& write)
{
    FamilyWriter out{page, id};
    for (const Device& device : page.devices) write(out, *device.view, device.labels);
}

// Fresh readings only, unless `stale_too`.
template <class Write>
void each_interface(Page& page, FamilyId id, bool stale_too, const Write& write)
{
    FamilyWriter out{page, id};
    for (const Interface& one : page.interfaces) {
        const DeviceView& device = *one.device;
        if (stale_too || is_fresh(device.interfaces_at, device.poll_interval, page.now))
            write(out, *one.view, one.labels);
    }
}

template <class Write>
void each_agent(Page& page, FamilyId id, const Write& write)
{
    FamilyWriter out{page, id};
    for (const auto& [agent, labels] : page.agents) write(out, *agent, labels);
}

void write_device_states(Page& page)
{
    each_device(page, FamilyId::device_up, [&](auto& out, const DeviceView& device, auto& labels) {
        const State state = state_at(device, page.now);
        if (state != State::unknown) out.sample(labels, "", state == State::up ? 1 : 0);
    });
    each_device(page, FamilyId::device_state, [&](auto& out, const DeviceView& device, auto& labels) {
        const State state = state_at(device, page.now);
        out.sample(labels, ",state=\"up\"", state == State::up ? 1 : 0);
        out.sample(labels, ",state=\"down\"", state == State::down ? 1 : 0);
        out.sample(labels, ",state=\"unknown\"", state == State::unknown ? 1 : 0);
    });
}

template <class Get>
void write_device_gauge(Page& page, FamilyId id, std::string_view more, const Get& get)
{
    each_device(page, id, [&](auto& out, const DeviceView& device, auto& labels) {
        const auto value = get(device);
        if (value && is_fresh(device.evidence_at, device.liveness_interval, page.now))
            out.sample(labels, more, *value);
    });
}

void write_device_gauges(Page& page)
{
    const auto flag = [](const std::optional<bool>& value) -> std::optional<int> {
        if (!value) return std::nullopt;
        return *value ? 1 : 0;
    };
    const auto time = [](const auto& value) -> std::optional<double> {
        if (!value) return std::nullopt;
        return seconds(*value);
    };
    write_device_gauge(page, FamilyId::device_snmp_up, "", [&](const DeviceView& d) { return flag(d.snmp_up); });
    write_device_gauge(page, FamilyId::device_ping_up, "", [&](const DeviceView& d) { return flag(d.ping_up); });
    write_device_gauge(page, FamilyId::device_ping_rtt, "", [&](const DeviceView& d) { return time(d.ping_rtt); });
    write_device_gauge(page, FamilyId::device_poll_duration, "", [&](const DeviceView& d) {
        return time(d.poll_duration);
    });
    write_device_gauge(page, FamilyId::device_table_up, ",table=\"interface\"", [&](const DeviceView& d) {
        return flag(d.interface_table_up);
    });
    write_device_gauge(page, FamilyId::device_boot_timestamp, "", [](const DeviceView& d) {
        return d.booted_at ? std::optional{seconds(d.booted_at->since_epoch)} : std::nullopt;
    });
    each_device(page, FamilyId::device_info, [](auto& out, const DeviceView& device, auto& labels) {
        std::string more;
        const auto& facts = device.attributes;
        const std::pair<std::string_view, Attribute> shown[] = {
            {",address=\"", Attribute::address},
            {",sys_name=\"", Attribute::sys_name},
            {",sys_descr=\"", Attribute::sys_descr},
            {",sys_object_id=\"", Attribute::sys_object_id},
            {",location=\"", Attribute::sys_location},
            {",source=\"", Attribute::source},
        };
        for (const auto& [head, name] : shown) {
            more.append(head);
            append_escaped(more, attribute(facts, name));
            more += '"';
        }
        out.sample(labels, more, 1);
    });
}

void write_interface_facts(Page& page)
{
    each_interface(page, FamilyId::interface_info, true, [](auto& out, const InterfaceView& view, auto& labels) {
        std::string more;
        const auto& facts = view.row().attributes;
        const std::pair<std::string_view, Attribute> shown[] = {
            {",name=\"", Attribute::if_name},
            {",descr=\"", Attribute::if_descr},
            {",alias=\"", Attribute::if_alias},
            {",type=\"", Attribute::if_type},
            {",mac=\"", Attribute::if_mac},
        };
        for (const auto& [head, name] : shown) {
            more.append(head);
            append_escaped(more, attribute(facts, name));
            more += '"';
        }
        out.sample(labels, more, 1);
    });
    each_interface(page, FamilyId::interface_watched, true, [](auto& out, const InterfaceView& view, auto& labels) {
        out.sample(labels, "", view.watched ? 1 : 0);
    });
    each_interface(page, FamilyId::interface_admin_up, false, [](auto& out, const InterfaceView& view, auto& labels) {
        out.sample(labels, "", view.admin == AdminStatus::up ? 1 : 0);
    });
    each_interface(page, FamilyId::interface_oper_up, false, [](auto& out, const InterfaceView& view, auto& labels) {
        // The operational state is shown as it is, whatever the administrator's will.
        const State state = interface_state(AdminStatus::up, view.oper);
        if (state != State::unknown) out.sample(labels, "", state == State::up ? 1 : 0);
    });
    each_interface(page, FamilyId::interface_speed, false, [](auto& out, const InterfaceView& view, auto& labels) {
        if (view.speed.value > 0)
            out.sample(labels, "", static_cast<double>(view.speed.value) / bits_per_octet);
    });
}

void write_total(Page& page, FamilyId id, Metric metric)
{
    const std::size_t slot = counter_slot(metric);
    each_interface(page, id, false, [&](auto& out, const InterfaceView& view, auto& labels) {
        if (view.has_total.at(slot)) out.sample(labels, "", view.total.at(slot));
    });
}

void write_packets(Page& page, FamilyId id, Metric unicast)
{
    // Unicast, multicast and broadcast of one direction stand two apart.
    const std::size_t first = counter_slot(unicast);
    each_interface(page, id, false, [&](auto& out, const InterfaceView& view, auto& labels) {
        const std::string_view casts[] = {
            ",cast=\"unicast\"", ",cast=\"multicast\"", ",cast=\"broadcast\""};
        for (std::size_t i = 0; i < std::size(casts); ++i)
            if (view.has_total.at(first + 2 * i))
                out.sample(labels, casts[i], view.total.at(first + 2 * i));
    });
}

void write_rate(Page& page, FamilyId id, Metric metric)
{
    const std::size_t slot = counter_slot(metric);
    each_interface(page, id, false, [&](auto& out, const InterfaceView& view, auto& labels) {
        if (view.per_second.at(slot)) out.sample(labels, "", *view.per_second.at(slot));
    });
}

void write_interface_counts(Page& page)
{
    write_total(page, FamilyId::interface_receive_bytes_total, Metric::if_in_octets);
    write_total(page, FamilyId::interface_transmit_bytes_total, Metric::if_out_octets);
    write_packets(page, FamilyId::interface_receive_packets_total, Metric::if_in_ucast);
    write_packets(page, FamilyId::interface_transmit_packets_total, Metric::if_out_ucast);
    write_total(page, FamilyId::interface_receive_errors_total, Metric::if_in_errors);
    write_total(page, FamilyId::interface_transmit_errors_total, Metric::if_out_errors);
    write_total(page, FamilyId::interface_receive_discards_total, Metric::if_in_discards);
    write_total(page, FamilyId::interface_transmit_discards_total, Metric::if_out_discards);
    write_rate(page, FamilyId::interface_receive_bytes_rate, Metric::if_in_octets);
    write_rate(page, FamilyId::interface_transmit_bytes_rate, Metric::if_out_octets);
    each_interface(page, FamilyId::interface_utilization, false, [](auto& out, const InterfaceView& view, auto& labels) {
        if (view.utilization[0]) out.sample(labels, ",direction=\"receive\"", *view.utilization[0]);
        if (view.utilization[1]) out.sample(labels, ",direction=\"transmit\"", *view.utilization[1]);
    });
}

struct Window {
    std::string_view labels;
    std::chrono::hours length;
};
constexpr Window windows[] = {
    {",window=\"1h\",calendar=\"always\"", std::chrono::hours{1}},
    {",window=\"24h\",calendar=\"always\"", std::chrono::hours{24}},
    {",window=\"7d\",calendar=\"always\"", std::chrono::hours{24 * 7}},
    {",window=\"30d\",calendar=\"always\"", std::chrono::hours{24 * 30}},
};

// Calls write(labels with scope, window's labels, share) for devices and watched interfaces.
template <class Write>
void each_share(Page& page, const Write& write)
{
    for (const Window& window : windows) {
        const WallTime from = page.now - window.length;
        for (const Device& device : page.devices)
            write(
                device.labels + ",interface=\"\",scope=\"device\"", window.labels,
                share_of(*device.view, from, page.now)
            );
        for (const Interface& one : page.interfaces)
            if (one.view->timeline)
                write(
                    one.labels + ",scope=\"interface\"", window.labels,
                    share_of(*one.device, *one.view, from, page.now)
                );
    }
}

void write_availability(Page& page)
{
    FamilyWriter availability{page, FamilyId::availability};
    each_share(page, [&](const std::string& labels, std::string_view more, const Share& share) {
        const auto ratio = share.availability();
        if (ratio && share.coverage().value_or(0) >= page.options.minimum_coverage)
            availability.sample(labels, more, *ratio);
    });
    FamilyWriter coverage{page, FamilyId::coverage};
    each_share(page, [&](const std::string& labels, std::string_view more, const Share& share) {
        if (const auto ratio = share.coverage()) coverage.sample(labels, more, *ratio);
    });
}

void write_vital(Page& page, FamilyId id, Metric metric)
{
    each_agent(page, id, [&](auto& out, const AgentView& agent, auto& labels) {
        const auto value = agent.vitals.find(metric);
        if (value != agent.vitals.end()) out.sample(labels, "", value->second);
    });
}

void write_agents(Page& page)
{
    each_agent(page, FamilyId::agent_up, [&](auto& out, const AgentView& agent, auto& labels) {
        const bool up = agent.connected && page.now - agent.heard_at <= limits::peer_silence;
        out.sample(labels, "", up ? 1 : 0);
    });
    each_agent(page, FamilyId::agent_lag, [&](auto& out, const AgentView& agent, auto& labels) {
        if (agent.live.batches > 0)
            out.sample(labels, ",lane=\"live\"", seconds(page.now - agent.live.newest));
        if (agent.history.batches > 0)
            out.sample(labels, ",lane=\"history\"", seconds(page.now - agent.history.newest));
    });
    each_agent(page, FamilyId::agent_clock_skew, [](auto& out, const AgentView& agent, auto& labels) {
        if (agent.connected) out.sample(labels, "", seconds(agent.clock_skew));
    });
    write_vital(page, FamilyId::agent_spool_bytes, Metric::agent_spool_bytes);
    write_vital(page, FamilyId::agent_spool_segments, Metric::agent_spool_segments);
    write_vital(page, FamilyId::agent_dropped_batches_total, Metric::agent_dropped_batches);
    write_vital(page, FamilyId::agent_polls_total, Metric::agent_polls);
    write_vital(page, FamilyId::agent_poll_overruns_total, Metric::agent_poll_overruns);
    write_vital(page, FamilyId::agent_snmp_timeouts_total, Metric::agent_timeouts);
    write_vital(page, FamilyId::agent_replies_rejected_total, Metric::agent_replies_rejected);
    write_vital(page, FamilyId::agent_resident_memory, Metric::agent_resident_bytes);
    each_agent(page, FamilyId::agent_cpu_seconds_total, [](auto& out, const AgentView& agent, auto& labels) {
        const auto value = agent.vitals.find(Metric::agent_cpu_milliseconds);
        if (value != agent.vitals.end())
            out.sample(labels, "", static_cast<double>(value->second) / 1000);
    });
    write_vital(page, FamilyId::agent_devices, Metric::agent_devices);
    each_agent(page, FamilyId::agent_info, [](auto& out, const AgentView& agent, auto& labels) {
        std::string more = ",software=\"";
        append_escaped(more, agent.software);
        more += "\"";
        out.sample(labels, more, 1);
    });
}

} // namespace

void append_escaped(std::string& out, std::string_view value)
{
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
}

void write_metrics(const Snapshot& snapshot, const PageOptions& options, const ChunkSink& sink)
{
    Page page{.now = snapshot.at, .options = options, .out = PageBuffer{sink}};
    collect(snapshot, page);
    write_device_states(page);
    write_device_gauges(page);
    write_interface_facts(page);
    write_interface_counts(page);
    write_availability(page);
    write_agents(page);
}

} // namespace hallmonitor::collector
