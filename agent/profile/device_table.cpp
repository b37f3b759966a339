#include "agent/profile/device_table.hpp"

namespace hallmonitor::agent {
namespace {

template <class Count>
Cell count_of(const std::optional<Count>& value)
{
    if (!value) return std::nullopt;
    return static_cast<std::uint64_t>(value->count());
}

Cell flag_of(const std::optional<bool>& value)
{
    if (!value) return std::nullopt;
    return *value ? 1 : 0;
}

TableDefinition one_row(
    std::string device,
    TableKind kind,
    std::chrono::milliseconds interval,
    std::vector<Metric> columns,
    Attributes attributes
)
{
    return {
        .device = std::move(device),
        .kind = kind,
        .interval = interval,
        .columns = std::move(columns),
        .rows = {{.key = "", .attributes = std::move(attributes), .wide_columns = 0}},
    };
}

} // namespace

TableDefinition device_table(
    const std::string& device, std::chrono::milliseconds interval, const Attributes& attributes
)
{
    return one_row(
        device,
        TableKind::device,
        interval,
        {
            Metric::device_state,
            Metric::device_state_age,
            Metric::device_snmp_up,
            Metric::device_ping_up,
            Metric::device_ping_rtt,
            Metric::device_poll_duration,
            Metric::device_uptime,
            Metric::device_table_up_interface,
        },
        attributes
    );
}

TableReading device_reading(const DeviceStatus& status, MonoTime at)
{
    using std::chrono::duration_cast;
    const auto age = duration_cast<std::chrono::milliseconds>(at - status.since);
    Cell uptime;
    if (status.uptime) uptime = status.uptime->centiseconds;
    return {
        .taken_at = at,
        .uptime = std::nullopt,
        .cells =
            {
                static_cast<std::uint64_t>(status.state),
                static_cast<std::uint64_t>(age.count()),
                flag_of(status.snmp_up),
                flag_of(status.ping_up),
                count_of(status.ping_rtt),
                count_of(status.poll_duration),
                uptime,
                flag_of(status.interfaces_up),
            },
    };
}

TableDefinition agent_table(std::chrono::milliseconds interval, std::string software)
{
    return one_row(
        "",
        TableKind::agent,
        interval,
        {
            Metric::agent_spool_bytes,
            Metric::agent_spool_segments,
            Metric::agent_dropped_spool_full,
            Metric::agent_dropped_disk_full,
            Metric::agent_dropped_disk_slow,
            Metric::agent_dropped_fenced,
            Metric::agent_thinned_readings,
            Metric::agent_polls,
            Metric::agent_poll_overruns,
            Metric::agent_replies_rejected,
            Metric::agent_timeouts,
            Metric::agent_resident_bytes,
            Metric::agent_cpu_milliseconds,
            Metric::agent_devices,
        },
        {{Attribute::software, std::move(software)}}
    );
}

TableReading agent_reading(const AgentVitals& vitals, MonoTime at)
{
    return {
        .taken_at = at,
        .uptime = std::nullopt,
        .cells =
            {
                vitals.spool_bytes,
                vitals.spool_segments,
                vitals.dropped_spool_full,
                vitals.dropped_disk_full,
                vitals.dropped_disk_slow,
                vitals.dropped_fenced,
                vitals.thinned_readings,
                vitals.polls,
                vitals.poll_overruns,
                vitals.replies_rejected,
                vitals.timeouts,
                vitals.resident_bytes,
                vitals.cpu_milliseconds,
                vitals.devices,
            },
    };
}

} // namespace hallmonitor::agent
