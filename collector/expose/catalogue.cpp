#include "collector/expose/catalogue.hpp"

#include <array>
#include <cstddef>

namespace hallmonitor::collector {
namespace {

using enum FamilyId;
using enum FamilyType;

constexpr std::string_view of_device = "site,device";
constexpr std::string_view of_interface = "site,device,interface";
constexpr std::string_view of_agent = "site,agent";

// clang-format off
constexpr std::array table{
    MetricFamily{device_up, "hallmonitor_device_up",
        "1 while the device answers SNMP or ping, 0 while it is down; absent while unknown.", gauge, of_device},
    MetricFamily{device_state, "hallmonitor_device_state",
        "1 for the state the device is in: up, down or unknown; always present.", gauge, "site,device,state"},
    MetricFamily{device_snmp_up, "hallmonitor_device_snmp_up",
        "1 if SNMP answers; 0 beside device_up 1: wrong community, access list or view.", gauge, of_device},
    MetricFamily{device_ping_up, "hallmonitor_device_ping_up",
        "1 if the device answers ping.", gauge, of_device},
    MetricFamily{device_ping_rtt_seconds, "hallmonitor_device_ping_rtt_seconds",
        "Round trip of the last answered ping.", gauge, of_device},
    MetricFamily{device_poll_duration_seconds, "hallmonitor_device_poll_duration_seconds",
        "How long the last complete poll took.", gauge, of_device},
    MetricFamily{device_table_up, "hallmonitor_device_table_up",
        "1 if the table was read whole in the last poll.", gauge, "site,device,table"},
    MetricFamily{device_boot_timestamp_seconds, "hallmonitor_device_boot_timestamp_seconds",
        "When the device's management began to count its uptime.", gauge, of_device},
    MetricFamily{device_info, "hallmonitor_device_info",
        "What the device says of itself, and which agent watches it.", gauge, "site,device,agent,address,sys_name,sys_descr,sys_object_id,location,source"},
    MetricFamily{interface_info, "hallmonitor_interface_info",
        "What the interface says of itself.", gauge, "site,device,interface,name,descr,alias,type,mac"},
    MetricFamily{interface_watched, "hallmonitor_interface_watched",
        "1 if the interface has availability and alerts.", gauge, of_interface},
    MetricFamily{interface_admin_up, "hallmonitor_interface_admin_up",
        "ifAdminStatus: 1 up, 0 down or testing.", gauge, of_interface},
    MetricFamily{interface_oper_up, "hallmonitor_interface_oper_up",
        "ifOperStatus: 1 up, 0 down; absent while testing, dormant or unknown.", gauge, of_interface},
    MetricFamily{interface_speed_bytes_per_second, "hallmonitor_interface_speed_bytes_per_second",
        "Line rate; absent where the device does not know it.", gauge, of_interface},
    MetricFamily{interface_receive_bytes_total, "hallmonitor_interface_receive_bytes_total",
        "Octets received since first seen, over restarts, wraps and renumbering.", counter, of_interface},
    MetricFamily{interface_transmit_bytes_total, "hallmonitor_interface_transmit_bytes_total",
        "Octets sent since first seen, over restarts, wraps and renumbering.", counter, of_interface},
    MetricFamily{interface_receive_packets_total, "hallmonitor_interface_receive_packets_total",
        "Packets received since first seen.", counter, "site,device,interface,cast"},
    MetricFamily{interface_transmit_packets_total, "hallmonitor_interface_transmit_packets_total",
        "Packets sent since first seen.", counter, "site,device,interface,cast"},
    MetricFamily{interface_receive_errors_total, "hallmonitor_interface_receive_errors_total",
        "Packets received with errors (ifInErrors) since first seen.", counter, of_interface},
    MetricFamily{interface_transmit_errors_total, "hallmonitor_interface_transmit_errors_total",
        "Packets not sent because of errors (ifOutErrors) since first seen.", counter, of_interface},
    MetricFamily{interface_receive_discards_total, "hallmonitor_interface_receive_discards_total",
        "Good packets received and dropped (ifInDiscards) since first seen.", counter, of_interface},
    MetricFamily{interface_transmit_discards_total, "hallmonitor_interface_transmit_discards_total",
        "Good packets dropped instead of sent (ifOutDiscards) since first seen.", counter, of_interface},
    MetricFamily{interface_receive_bytes_per_second, "hallmonitor_interface_receive_bytes_per_second",
        "Rate between the last two readings, by the device's own clock.", gauge, of_interface},
    MetricFamily{interface_transmit_bytes_per_second, "hallmonitor_interface_transmit_bytes_per_second",
        "Rate between the last two readings, by the device's own clock.", gauge, of_interface},
    MetricFamily{interface_utilization_ratio, "hallmonitor_interface_utilization_ratio",
        "Rate between the last two readings as a share of the line rate, as measured.", gauge, "site,device,interface,direction"},
    MetricFamily{availability_ratio, "hallmonitor_availability_ratio",
        "up / (up + down) over the window that ends now; absent without enough evidence.", gauge, "site,device,interface,scope,window,calendar"},
    MetricFamily{coverage_ratio, "hallmonitor_coverage_ratio",
        "Share of the window, from the first evidence on, for which there is evidence.", gauge, "site,device,interface,scope,window,calendar"},
    MetricFamily{agent_up, "hallmonitor_agent_up",
        "1 while the agent is connected and was heard within 30 s.", gauge, of_agent},
    MetricFamily{agent_info, "hallmonitor_agent_info",
        "Software of the agent.", gauge, "site,agent,software"},
    MetricFamily{agent_lag_seconds, "hallmonitor_agent_lag_seconds",
        "Age of the lane's newest data; the history lane only while something waits.", gauge, "site,agent,lane"},
    MetricFamily{agent_clock_skew_seconds, "hallmonitor_agent_clock_skew_seconds",
        "Agent's clock minus the collector's, when it connected.", gauge, of_agent},
    MetricFamily{agent_spool_bytes, "hallmonitor_agent_spool_bytes",
        "Octets in the agent's spool.", gauge, of_agent},
    MetricFamily{agent_spool_segments, "hallmonitor_agent_spool_segments",
        "Files of the agent's spool; more than one: something waits.", gauge, of_agent},
    MetricFamily{agent_dropped_batches_total, "hallmonitor_agent_dropped_batches_total",
        "Batches lost to a full or damaged spool; their time is unknown.", counter, of_agent},
    MetricFamily{agent_polls_total, "hallmonitor_agent_polls_total",
        "SNMP cycles begun.", counter, of_agent},
    MetricFamily{agent_poll_overruns_total, "hallmonitor_agent_poll_overruns_total",
        "SNMP cycles skipped because the one before still ran.", counter, of_agent},
    MetricFamily{agent_snmp_timeouts_total, "hallmonitor_agent_snmp_timeouts_total",
        "SNMP requests without an answer.", counter, of_agent},
    MetricFamily{agent_replies_rejected_total, "hallmonitor_agent_replies_rejected_total",
        "Datagrams that answered no request of the agent.", counter, of_agent},
    MetricFamily{agent_resident_memory_bytes, "hallmonitor_agent_resident_memory_bytes",
        "Memory of the agent.", gauge, of_agent},
    MetricFamily{agent_cpu_seconds_total, "hallmonitor_agent_cpu_seconds_total",
        "Processor time of the agent since it started.", counter, of_agent},
    MetricFamily{agent_devices, "hallmonitor_agent_devices",
        "Devices in the agent's configuration.", gauge, of_agent},
    MetricFamily{build_info, "hallmonitor_build_info",
        "Version of this collector.", gauge, "version"},
    MetricFamily{collector_ready, "hallmonitor_collector_ready",
        "1 while the ledger takes data.", gauge, ""},
    MetricFamily{collector_resident_memory_bytes, "hallmonitor_collector_resident_memory_bytes",
        "Memory of the collector.", gauge, ""},
    MetricFamily{collector_cpu_seconds_total, "hallmonitor_collector_cpu_seconds_total",
        "Processor time of the collector since it started.", counter, ""},
    MetricFamily{ingest_batches_total, "hallmonitor_ingest_batches_total",
        "Batches applied.", counter, ""},
    MetricFamily{ingest_duplicate_batches_total, "hallmonitor_ingest_duplicate_batches_total",
        "Batches that came again and changed nothing.", counter, ""},
    MetricFamily{ingest_samples_total, "hallmonitor_ingest_samples_total",
        "Values applied.", counter, ""},
    MetricFamily{ingest_received_bytes_total, "hallmonitor_ingest_received_bytes_total",
        "Octets of frames from agents, before decompression.", counter, ""},
    MetricFamily{ingest_rejected_batches_total, "hallmonitor_ingest_rejected_batches_total",
        "Batches that can never be applied and were set aside.", counter, ""},
    MetricFamily{ingest_connections_total, "hallmonitor_ingest_connections_total",
        "Connections accepted from agents.", counter, ""},
    MetricFamily{ingest_refused_connections_total, "hallmonitor_ingest_refused_connections_total",
        "Connections of agents refused: certificate, identity, version or limit.", counter, ""},
    MetricFamily{ingest_reset_steps_total, "hallmonitor_ingest_reset_steps_total",
        "Steps of interface counters that began anew.", counter, ""},
    MetricFamily{ingest_ambiguous_steps_total, "hallmonitor_ingest_ambiguous_steps_total",
        "Steps of interface counters left out: wrapped twice perhaps, or stepped back.", counter, ""},
    MetricFamily{ingest_implausible_rates_total, "hallmonitor_ingest_implausible_rates_total",
        "Rates not shown because no port of that speed can have them.", counter, ""},
    MetricFamily{ledger_commits_total, "hallmonitor_ledger_commits_total",
        "Checkpoints made durable.", counter, ""},
    MetricFamily{ledger_failed_commits_total, "hallmonitor_ledger_failed_commits_total",
        "Checkpoints that could not be written; acknowledgements stop meanwhile.", counter, ""},
    MetricFamily{ledger_commit_seconds_total, "hallmonitor_ledger_commit_seconds_total",
        "Time spent writing checkpoints.", counter, ""},
    MetricFamily{ledger_last_commit_duration_seconds, "hallmonitor_ledger_last_commit_duration_seconds",
        "How long the last checkpoint took to write.", gauge, ""},
    MetricFamily{http_requests_total, "hallmonitor_http_requests_total",
        "Requests by route and status code; all unknown routes are one.", counter, "path,code"},
    MetricFamily{http_request_duration_seconds, "hallmonitor_http_request_duration_seconds",
        "From a request's head to the last octet handed to the system.", histogram, "path"},
    MetricFamily{http_connections, "hallmonitor_http_connections",
        "Open connections to the HTTP port and the control socket.", gauge, ""},
    MetricFamily{http_refused_connections_total, "hallmonitor_http_refused_connections_total",
        "Connections over a limit, answered 503.", counter, ""},
};
// clang-format on

constexpr bool is_in_order()
{
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table.at(i).id) != i) return false;
    return true;
}
static_assert(is_in_order());

} // namespace

std::span<const MetricFamily> catalogue()
{
    return table;
}

const MetricFamily& family(FamilyId id)
{
    return table.at(static_cast<std::size_t>(id));
}

} // namespace hallmonitor::collector
