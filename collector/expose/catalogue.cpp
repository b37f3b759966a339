#include "collector/expose/catalogue.hpp"

namespace hallmonitor::collector {
namespace {

using enum Type;

constexpr std::array<Family, family_count> families{{
    {"hallmonitor_device_up", "Whether the device answers SNMP or ping: 1 yes, 0 no. Absent while unknown."},
    {"hallmonitor_device_state", "1 for the state the device is in: up, down, or unknown (no evidence, an agent is silent)."},
    {"hallmonitor_device_snmp_up", "Whether the device answers SNMP. 0 beside device_up 1: wrong community, ACL or view."},
    {"hallmonitor_device_ping_up", "Whether the device answers ping."},
    {"hallmonitor_device_ping_rtt_seconds", "Round trip of the last answered ping."},
    {"hallmonitor_device_poll_duration_seconds", "How long the last complete SNMP cycle took."},
    {"hallmonitor_device_table_up", "Whether a table was read whole in the last cycle."},
    {"hallmonitor_device_boot_timestamp_seconds", "When the device's SNMP agent started."},
    {"hallmonitor_device_info", "What the device says of itself. Always 1."},
    {"hallmonitor_interface_info", "What the interface says of itself. Always 1.", gauge, Scope::interface},
    {"hallmonitor_interface_watched", "1 for interfaces that get availability and alerts.", gauge, Scope::interface},
    {"hallmonitor_interface_admin_up", "ifAdminStatus: 1 up, 0 down or testing.", gauge, Scope::interface},
    {"hallmonitor_interface_oper_up", "ifOperStatus: 1 up, 0 down. Absent while unknown.", gauge, Scope::interface},
    {"hallmonitor_interface_speed_bytes_per_second", "Line rate; absent where the device does not know it.", gauge, Scope::interface},
    {"hallmonitor_interface_receive_bytes_total", "Octets received since the interface was first seen, over restarts, wraps and renumbering.", counter, Scope::interface},
    {"hallmonitor_interface_transmit_bytes_total", "Octets sent since the interface was first seen, over restarts, wraps and renumbering.", counter, Scope::interface},
    {"hallmonitor_interface_receive_packets_total", "Packets received since the interface was first seen.", counter, Scope::interface},
    {"hallmonitor_interface_transmit_packets_total", "Packets sent since the interface was first seen.", counter, Scope::interface},
    {"hallmonitor_interface_receive_errors_total", "Packets received with errors (ifInErrors).", counter, Scope::interface},
    {"hallmonitor_interface_transmit_errors_total", "Packets not sent for errors (ifOutErrors).", counter, Scope::interface},
    {"hallmonitor_interface_receive_discards_total", "Packets received and dropped without error (ifInDiscards).", counter, Scope::interface},
    {"hallmonitor_interface_transmit_discards_total", "Packets dropped instead of sent, without error (ifOutDiscards).", counter, Scope::interface},
    {"hallmonitor_interface_receive_bytes_per_second", "Octets received a second between the last two readings, by the device's own clock.", gauge, Scope::interface},
    {"hallmonitor_interface_transmit_bytes_per_second", "Octets sent a second between the last two readings, by the device's own clock.", gauge, Scope::interface},
    {"hallmonitor_interface_utilization_ratio", "Share of the line rate used between the last two readings, as measured.", gauge, Scope::interface},
    {"hallmonitor_availability_ratio", "up / (up + down) of devices and watched interfaces over a window. Absent without enough evidence."},
    {"hallmonitor_coverage_ratio", "Share of the window for which there is evidence."},
    {"hallmonitor_agent_up", "Whether the agent was heard within 30 s.", gauge, Scope::agent},
    {"hallmonitor_agent_lag_seconds", "Age of the newest batch applied, by lane.", gauge, Scope::agent},
    {"hallmonitor_agent_clock_skew_seconds", "Agent's clock minus the collector's, when it connected.", gauge, Scope::agent},
    {"hallmonitor_agent_spool_bytes", "Octets in the agent's spool.", gauge, Scope::agent},
    {"hallmonitor_agent_spool_segments", "Segment files in the agent's spool.", gauge, Scope::agent},
    {"hallmonitor_agent_dropped_batches_total", "Batches lost to a full or damaged spool.", counter, Scope::agent},
    {"hallmonitor_agent_polls_total", "SNMP cycles begun.", counter, Scope::agent},
    {"hallmonitor_agent_poll_overruns_total", "SNMP cycles skipped because the one before still ran.", counter, Scope::agent},
    {"hallmonitor_agent_snmp_timeouts_total", "SNMP requests without an answer.", counter, Scope::agent},
    {"hallmonitor_agent_replies_rejected_total", "Datagrams that answered no request of the agent.", counter, Scope::agent},
    {"hallmonitor_agent_resident_memory_bytes", "Resident memory of the agent.", gauge, Scope::agent},
    {"hallmonitor_agent_cpu_seconds_total", "CPU time used by the agent.", counter, Scope::agent},
    {"hallmonitor_agent_devices", "Devices that the agent is configured to watch.", gauge, Scope::agent},
    {"hallmonitor_agent_info", "Software of the agent and where it comes from. Always 1.", gauge, Scope::agent},
}};

} // namespace

const Family& family(FamilyId id)
{
    return families.at(static_cast<std::size_t>(id));
}

} // namespace hallmonitor::collector
