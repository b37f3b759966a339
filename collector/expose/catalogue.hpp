#pragma once
// Every metric of the collector in one table: name, help, type, labels. The writer, the collector's
// own metrics, the tests and the documentation all read it; no name is spelled twice.
//
// Labels are bounded and stable: site and device as configured, interface as the row's key, which
// survives renumbering. Text that people edit stands in the _info families alone.

#include <cstdint>
#include <span>
#include <string_view>

namespace hallmonitor::collector {

enum class FamilyType : std::uint8_t { gauge, counter, histogram };

/// In the order of the page.
enum class FamilyId : std::uint8_t {
    device_up,
    device_state,
    device_snmp_up,
    device_ping_up,
    device_ping_rtt_seconds,
    device_poll_duration_seconds,
    device_table_up,
    device_boot_timestamp_seconds,
    device_info,
    interface_info,
    interface_watched,
    interface_admin_up,
    interface_oper_up,
    interface_speed_bytes_per_second,
    interface_receive_bytes_total,
    interface_transmit_bytes_total,
    interface_receive_packets_total,
    interface_transmit_packets_total,
    interface_receive_errors_total,
    interface_transmit_errors_total,
    interface_receive_discards_total,
    interface_transmit_discards_total,
    interface_receive_bytes_per_second,
    interface_transmit_bytes_per_second,
    interface_utilization_ratio,
    availability_ratio,
    coverage_ratio,
    agent_up,
    agent_identity_contested,
    agent_info,
    agent_lag_seconds,
    agent_clock_skew_seconds,
    agent_spool_bytes,
    agent_spool_segments,
    agent_dropped_total,
    agent_thinned_readings_total,
    agent_polls_total,
    agent_poll_overruns_total,
    agent_snmp_timeouts_total,
    agent_replies_rejected_total,
    agent_resident_memory_bytes,
    agent_cpu_seconds_total,
    agent_devices,
    // facts of devices
    sensor_temperature_celsius,
    sensor_fan_speed_rpm,
    sensor_power_watts,
    sensor_voltage_volts,
    sensor_current_amperes,
    sensor_frequency_hertz,
    sensor_humidity_ratio,
    sensor_optical_power_dbm,
    sensor_airflow_cubic_metres_per_minute,
    sensor_value,
    sensor_low_threshold,
    sensor_high_threshold,
    sensor_ok,
    component_info,
    component_ok,
    processor_load_ratio,
    memory_used_bytes,
    memory_size_bytes,
    memory_used_ratio,
    storage_used_bytes,
    storage_size_bytes,
    poe_port_enabled,
    poe_port_delivering,
    poe_port_fault,
    poe_port_power_watts,
    poe_group_nominal_watts,
    poe_group_consumption_watts,
    poe_group_up,
    neighbour_info,
    address_info,
    interface_full_duplex,
    interface_alignment_errors_total,
    interface_crc_errors_total,
    interface_late_collisions_total,
    interface_symbol_errors_total,
    spanning_tree_topology_changes_total,
    spanning_tree_since_change_seconds,
    spanning_tree_root_cost,
    spanning_tree_root_port,
    spanning_tree_priority,
    spanning_tree_info,
    ups_on_battery,
    ups_battery_ok,
    ups_replace_battery,
    ups_on_battery_seconds,
    ups_runtime_seconds,
    ups_charge_ratio,
    ups_load_ratio,
    ups_temperature_celsius,
    ups_input_volts,
    ups_output_volts,
    ups_battery_volts,
    ups_info,
    printer_status,
    printer_pages_total,
    printer_supply_level_ratio,
    printer_supply_ok,
    wireless_clients,
    wireless_access_points,
    wireless_radio_clients,
    // the collector's own, in a prometheus-cpp registry
    build_info,
    collector_ready,
    collector_resident_memory_bytes,
    collector_cpu_seconds_total,
    ingest_batches_total,
    ingest_duplicate_batches_total,
    ingest_samples_total,
    ingest_received_bytes_total,
    ingest_rejected_batches_total,
    ingest_connections_total,
    ingest_refused_connections_total,
    ingest_reset_steps_total,
    ingest_ambiguous_steps_total,
    ingest_implausible_rates_total,
    ledger_commits_total,
    ledger_failed_commits_total,
    ledger_commit_seconds_total,
    ledger_last_commit_duration_seconds,
    remote_write_samples_total,
    remote_write_bytes_total,
    remote_write_failures_total,
    remote_write_dropped_samples_total,
    remote_write_queue_bytes,
    remote_write_lag_seconds,
    http_requests_total,
    http_request_duration_seconds,
    http_connections,
    http_refused_connections_total,
};

struct MetricFamily {
    FamilyId id{};
    std::string_view name;
    std::string_view help;
    FamilyType type{};
    std::string_view labels; // comma-separated, for people and for the tests
};

/// All families, in FamilyId's order.
[[nodiscard]] std::span<const MetricFamily> catalogue();

[[nodiscard]] const MetricFamily& family(FamilyId id);

/// True for families that an agent's reading tells by itself, with its own moment. The others are
/// what the collector concludes from several of them, from the time that passed or of itself.
[[nodiscard]] bool is_read(FamilyId id);

} // namespace hallmonitor::collector
