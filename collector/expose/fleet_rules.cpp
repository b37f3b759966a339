#include "collector/expose/fleet_rules.hpp"

#include "collector/expose/label_text.hpp"
#include "collector/health/timeline.hpp"

#include <array>
#include <utility>

namespace hallmonitor::collector {
namespace {

using namespace std::chrono_literals;
using Context = PageContext;

double seconds(std::chrono::microseconds time)
{
    return std::chrono::duration<double>(time).count();
}

std::uint64_t flag(bool value)
{
    return value ? 1 : 0;
}

// ---- devices

void put_device_up(ValueSink& lines, const Context& context, const DeviceView& device)
{
    const State state = state_at(device, context.now);
    if (state != State::unknown) lines.put(flag(state == State::up));
}

void put_device_state(ValueSink& lines, const Context& context, const DeviceView& device)
{
    const State state = state_at(device, context.now);
    lines.put(R"(state="up")", flag(state == State::up));
    lines.put(R"(state="down")", flag(state == State::down));
    lines.put(R"(state="unknown")", flag(state != State::up && state != State::down));
}

void put_device_snmp_up(ValueSink& lines, const Context&, const DeviceView& device)
{
    if (device.snmp_up) lines.put(flag(*device.snmp_up));
}

void put_device_ping_up(ValueSink& lines, const Context&, const DeviceView& device)
{
    if (device.ping_up) lines.put(flag(*device.ping_up));
}

void put_device_info(ValueSink& lines, const Context&, const DeviceView& device)
{
    std::string labels;
    append_label(labels, "agent", device.agent);
    for (const auto& [name, attribute] :
         {std::pair{"address", Attribute::address},
          {"sys_name", Attribute::sys_name},
          {"sys_descr", Attribute::sys_descr},
          {"sys_object_id", Attribute::sys_object_id},
          {"location", Attribute::sys_location},
          {"source", Attribute::source},
          {"vendor", Attribute::vendor},
          {"model", Attribute::model},
          {"serial", Attribute::serial},
          {"hardware", Attribute::hardware},
          {"software", Attribute::software}})
        append_label(labels, name, device.attributes.text(attribute));
    lines.put(labels, std::uint64_t{1});
}

void put_boot_timestamp(ValueSink& lines, const Context&, const DeviceView& device)
{
    // Whole seconds: uptime and poll time jitter by milliseconds, and nobody boots that often.
    if (device.booted_at)
        lines.put(static_cast<double>(
            std::chrono::round<std::chrono::seconds>(device.booted_at->since_epoch).count()
        ));
}

void put_poll_duration(ValueSink& lines, const Context&, const DeviceView& device)
{
    if (device.poll_duration) lines.put(seconds(*device.poll_duration));
}

// The interfaces' own, and those that the device's profile reads.
void put_table_up(ValueSink& lines, const Context& context, const DeviceView& device)
{
    constexpr std::string_view interfaces = "interface";
    if (device.interface_table_up)
        lines.put(R"(table="interface")", flag(*device.interface_table_up));
    if (!device.facts.is_fresh(context.now)) return;
    static const FieldInfo& ok = fact_field(FactSection::tables, "ok");
    std::string label;
    for (const std::uint32_t row : device.facts.rows(FactSection::tables)) {
        const std::string_view table = fact_id(device.facts.row(row));
        const Cell cell = device.facts.cell(row, ok);
        if (!cell || table == interfaces) continue;
        label.clear();
        append_label(label, "table", table);
        lines.put(label, flag(*cell != 0));
    }
}

void put_ping_rtt(ValueSink& lines, const Context&, const DeviceView& device)
{
    if (device.ping_rtt && device.ping_up.value_or(true)) lines.put(seconds(*device.ping_rtt));
}

// ---- interfaces

void put_interface_info(
    ValueSink& lines, const Context&, const DeviceView& device, const InterfaceView& view
)
{
    const auto& attributes = device.interfaces->row(view).attributes;
    std::string labels;
    for (const auto& [name, attribute] :
         {std::pair{"name", Attribute::if_name},
          {"descr", Attribute::if_descr},
          {"alias", Attribute::if_alias},
          {"type", Attribute::if_type},
          {"mac", Attribute::if_mac}})
        append_label(labels, name, attributes.text(attribute));
    lines.put(labels, std::uint64_t{1});
}

void put_oper_up(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    const State seen = interface_state(AdminStatus::up, view.oper);
    if (seen != State::unknown) lines.put(flag(seen == State::up));
}

void put_admin_up(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    lines.put(flag(view.admin == AdminStatus::up));
}

void put_watched(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    lines.put(flag(view.watched()));
}

void put_speed(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    if (view.speed.value != 0) lines.put(static_cast<double>(view.speed.value) / 8);
}

template <Metric Column>
void put_total(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    constexpr std::size_t slot = counter_slot(Column);
    if (const Cell total = view.total[slot]) lines.put(*total);
}

template <Metric Unicast, Metric Multicast, Metric Broadcast>
void put_packets(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    const auto put = [&](std::string_view cast, std::size_t slot) {
        if (const Cell total = view.total[slot]) lines.put(cast, *total);
    };
    put(R"(cast="unicast")", counter_slot(Unicast));
    put(R"(cast="multicast")", counter_slot(Multicast));
    put(R"(cast="broadcast")", counter_slot(Broadcast));
}

template <Metric Column>
void put_rate(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    if (const auto rate = view.per_second[counter_slot(Column)]) lines.put(*rate);
}

void put_utilization(ValueSink& lines, const Context&, const DeviceView&, const InterfaceView& view)
{
    if (view.utilization[0]) lines.put(R"(direction="receive")", *view.utilization[0]);
    if (view.utilization[1]) lines.put(R"(direction="transmit")", *view.utilization[1]);
}

// ---- availability

struct Window {
    std::chrono::hours length;
    std::string_view device_labels;
    std::string_view interface_labels;
};

constexpr std::array windows{
    Window{
        1h,
        R"(scope="device",window="1h",calendar="always")",
        R"(scope="interface",window="1h",calendar="always")"},
    Window{
        24h,
        R"(scope="device",window="24h",calendar="always")",
        R"(scope="interface",window="24h",calendar="always")"},
    Window{
        24h * 7,
        R"(scope="device",window="7d",calendar="always")",
        R"(scope="interface",window="7d",calendar="always")"},
    Window{
        24h * 30,
        R"(scope="device",window="30d",calendar="always")",
        R"(scope="interface",window="30d",calendar="always")"},
};

void put_availability(
    ValueSink& lines, const Context& context, std::string_view labels, const Share& share
)
{
    const auto availability = share.availability();
    if (availability && share.coverage().value_or(0) >= context.minimum_coverage)
        lines.put(labels, *availability);
}

void put_coverage(ValueSink& lines, const Context&, std::string_view labels, const Share& share)
{
    if (const auto coverage = share.coverage()) lines.put(labels, *coverage);
}

template <auto Put>
void of_device(ValueSink& lines, const Context& context, const DeviceView& device)
{
    for (const Window& window : windows) {
        const Share share = share_of(device, context.now - window.length, context.now);
        Put(lines, context, window.device_labels, share);
    }
}

template <auto Put>
void of_interface(
    ValueSink& lines, const Context& context, const DeviceView& device, const InterfaceView& view
)
{
    if (!view.timeline) return;
    for (const Window& window : windows) {
        const Share share = share_of(device, view, context.now - window.length, context.now);
        Put(lines, context, window.interface_labels, share);
    }
}

// ---- agents

void put_agent_up(ValueSink& lines, const Context& context, const AgentView& agent)
{
    lines.put(flag(is_up(agent, context.now)));
}

void put_contested(ValueSink& lines, const Context& context, const AgentView& agent)
{
    lines.put(flag(is_contested(agent, context.now)));
}

void put_agent_info(ValueSink& lines, const Context&, const AgentView& agent)
{
    if (agent.software.empty()) return;
    std::string labels;
    append_label(labels, "software", agent.software);
    lines.put(labels, std::uint64_t{1});
}

std::uint64_t vital(const AgentView& agent, Metric metric)
{
    const auto found = agent.vitals.find(metric);
    return found == agent.vitals.end() ? 0 : found->second;
}

void put_agent_lag(ValueSink& lines, const Context& context, const AgentView& agent)
{
    // Batches carry the agent's clock.
    const WallTime now = context.now + agent.clock_skew;
    if (agent.live.batches > 0) lines.put(R"(lane="live")", seconds(now - agent.live.newest));
    if (agent.history.batches > 0 && vital(agent, Metric::agent_spool_segments) > 1)
        lines.put(R"(lane="history")", seconds(now - agent.history.newest));
}

void put_clock_skew(ValueSink& lines, const Context&, const AgentView& agent)
{
    if (agent.connected) lines.put(seconds(agent.clock_skew));
}

// Vitals of an agent that is gone say nothing of now.
template <Metric Column>
void put_vital(ValueSink& lines, const Context&, const AgentView& agent)
{
    if (agent.connected && agent.vitals.contains(Column)) lines.put(vital(agent, Column));
}

void put_dropped(ValueSink& lines, const Context&, const AgentView& agent)
{
    if (!agent.connected) return;
    constexpr std::array<std::pair<Metric, std::string_view>, 4> reasons{{
        {Metric::agent_dropped_spool_full, R"(reason="spool_full")"},
        {Metric::agent_dropped_disk_full, R"(reason="disk_full")"},
        {Metric::agent_dropped_disk_slow, R"(reason="disk_slow")"},
        {Metric::agent_dropped_fenced, R"(reason="fenced")"},
    }};
    for (const auto& [metric, reason] : reasons)
        if (agent.vitals.contains(metric)) lines.put(reason, vital(agent, metric));
}

void put_agent_cpu(ValueSink& lines, const Context&, const AgentView& agent)
{
    if (agent.connected && agent.vitals.contains(Metric::agent_cpu_milliseconds))
        lines.put(static_cast<double>(vital(agent, Metric::agent_cpu_milliseconds)) / 1000);
}

constexpr FleetRule device_rule(FamilyId id, Shown shown, decltype(FleetRule::device) put)
{
    return {.id = id, .shown = shown, .device = put};
}

constexpr FleetRule interface_rule(FamilyId id, decltype(FleetRule::interface) put)
{
    return {.id = id, .shown = Shown::while_fresh, .interface = put};
}

constexpr FleetRule agent_rule(FamilyId id, decltype(FleetRule::agent) put)
{
    return {.id = id, .agent = put};
}

using enum FamilyId;

constexpr std::array all_fleet_rules{
    device_rule(device_up, Shown::always, put_device_up),
    device_rule(device_state, Shown::always, put_device_state),
    device_rule(device_snmp_up, Shown::while_fresh, put_device_snmp_up),
    device_rule(device_ping_up, Shown::while_fresh, put_device_ping_up),
    device_rule(device_ping_rtt_seconds, Shown::while_fresh, put_ping_rtt),
    device_rule(device_poll_duration_seconds, Shown::while_fresh, put_poll_duration),
    device_rule(device_table_up, Shown::while_fresh, put_table_up),
    device_rule(device_boot_timestamp_seconds, Shown::while_fresh, put_boot_timestamp),
    device_rule(device_info, Shown::always, put_device_info),
    FleetRule{.id = interface_info, .interface = put_interface_info},
    FleetRule{.id = interface_watched, .interface = put_watched},
    interface_rule(interface_admin_up, put_admin_up),
    interface_rule(interface_oper_up, put_oper_up),
    interface_rule(interface_speed_bytes_per_second, put_speed),
    interface_rule(interface_receive_bytes_total, put_total<Metric::if_in_octets>),
    interface_rule(interface_transmit_bytes_total, put_total<Metric::if_out_octets>),
    interface_rule(interface_receive_packets_total, put_packets<Metric::if_in_ucast, Metric::if_in_multicast, Metric::if_in_broadcast>),
    interface_rule(interface_transmit_packets_total, put_packets<Metric::if_out_ucast, Metric::if_out_multicast, Metric::if_out_broadcast>),
    interface_rule(interface_receive_errors_total, put_total<Metric::if_in_errors>),
    interface_rule(interface_transmit_errors_total, put_total<Metric::if_out_errors>),
    interface_rule(interface_receive_discards_total, put_total<Metric::if_in_discards>),
    interface_rule(interface_transmit_discards_total, put_total<Metric::if_out_discards>),
    interface_rule(interface_receive_bytes_per_second, put_rate<Metric::if_in_octets>),
    interface_rule(interface_transmit_bytes_per_second, put_rate<Metric::if_out_octets>),
    interface_rule(interface_utilization_ratio, put_utilization),
    FleetRule{
        .id = availability_ratio,
        .device = of_device<put_availability>,
        .interface = of_interface<put_availability>},
    FleetRule{
        .id = coverage_ratio,
        .device = of_device<put_coverage>,
        .interface = of_interface<put_coverage>},
    agent_rule(agent_up, put_agent_up),
    agent_rule(agent_identity_contested, put_contested),
    agent_rule(agent_info, put_agent_info),
    agent_rule(agent_lag_seconds, put_agent_lag),
    agent_rule(agent_clock_skew_seconds, put_clock_skew),
    agent_rule(agent_spool_bytes, put_vital<Metric::agent_spool_bytes>),
    agent_rule(agent_spool_segments, put_vital<Metric::agent_spool_segments>),
    agent_rule(agent_dropped_total, put_dropped),
    agent_rule(agent_thinned_readings_total, put_vital<Metric::agent_thinned_readings>),
    agent_rule(agent_polls_total, put_vital<Metric::agent_polls>),
    agent_rule(agent_poll_overruns_total, put_vital<Metric::agent_poll_overruns>),
    agent_rule(agent_snmp_timeouts_total, put_vital<Metric::agent_timeouts>),
    agent_rule(agent_replies_rejected_total, put_vital<Metric::agent_replies_rejected>),
    agent_rule(agent_resident_memory_bytes, put_vital<Metric::agent_resident_bytes>),
    agent_rule(agent_cpu_seconds_total, put_agent_cpu),
    agent_rule(agent_devices, put_vital<Metric::agent_devices>),
};

// Rules are the catalogue's families up to those of facts, in its order.
constexpr bool fleet_is_in_order()
{
    for (std::size_t i = 0; i < all_fleet_rules.size(); ++i)
        if (static_cast<std::size_t>(all_fleet_rules.at(i).id) != i) return false;
    return all_fleet_rules.size() == static_cast<std::size_t>(sensor_temperature_celsius);
}
static_assert(fleet_is_in_order());

} // namespace

std::span<const FleetRule> fleet_rules()
{
    return all_fleet_rules;
}

} // namespace hallmonitor::collector
