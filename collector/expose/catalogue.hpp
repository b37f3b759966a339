#pragma once
// All metrics of the fleet: name, help and type, in the order in which the page shows them. The
// collector's own are in self_metrics. Names follow the Prometheus conventions; promtool checks them in
// a test.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hallmonitor::collector {

enum class Type : std::uint8_t { gauge, counter };

/// Which objects a family has a sample of, and so its labels.
enum class Scope : std::uint8_t { device, interface, agent };

struct Family {
    std::string_view name;
    std::string_view help;
    Type type{Type::gauge};
    Scope scope{Scope::device};
};

enum class FamilyId : std::uint8_t {
    device_up,
    device_state,
    device_snmp_up,
    device_ping_up,
    device_ping_rtt,
    device_poll_duration,
    device_table_up,
    device_boot_timestamp,
    device_info,
    interface_info,
    interface_watched,
    interface_admin_up,
    interface_oper_up,
    interface_speed,
    interface_receive_bytes_total,
    interface_transmit_bytes_total,
    interface_receive_packets_total,
    interface_transmit_packets_total,
    interface_receive_errors_total,
    interface_transmit_errors_total,
    interface_receive_discards_total,
    interface_transmit_discards_total,
    interface_receive_bytes_rate,
    interface_transmit_bytes_rate,
    interface_utilization,
    availability,
    coverage,
    agent_up,
    agent_lag,
    agent_clock_skew,
    agent_spool_bytes,
    agent_spool_segments,
    agent_dropped_batches_total,
    agent_polls_total,
    agent_poll_overruns_total,
    agent_snmp_timeouts_total,
    agent_replies_rejected_total,
    agent_resident_memory,
    agent_cpu_seconds_total,
    agent_devices,
    agent_info,
    count, // of families; not one itself
};

inline constexpr auto family_count = static_cast<std::size_t>(FamilyId::count);

[[nodiscard]] const Family& family(FamilyId id);

} // namespace hallmonitor::collector
