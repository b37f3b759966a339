#include "tests/bench/remote_write.hpp"

#include <protozero/pbf_writer.hpp>

#include <map>
#include <snappy.h>
#include <string_view>

namespace hallmonitor::bench {
namespace {

using protozero::pbf_writer;

// Names as the SNMP exporter gives them.
const std::map<Metric, std::string_view>& names()
{
    static const std::map<Metric, std::string_view> table{
        {Metric::if_admin_status, "ifAdminStatus"},
        {Metric::if_oper_status, "ifOperStatus"},
        {Metric::if_speed, "ifHighSpeed"},
        {Metric::if_last_change, "ifLastChange"},
        {Metric::if_discontinuity, "ifCounterDiscontinuityTime"},
        {Metric::if_in_octets, "ifHCInOctets"},
        {Metric::if_out_octets, "ifHCOutOctets"},
        {Metric::if_in_ucast, "ifHCInUcastPkts"},
        {Metric::if_out_ucast, "ifHCOutUcastPkts"},
        {Metric::if_in_multicast, "ifHCInMulticastPkts"},
        {Metric::if_out_multicast, "ifHCOutMulticastPkts"},
        {Metric::if_in_broadcast, "ifHCInBroadcastPkts"},
        {Metric::if_out_broadcast, "ifHCOutBroadcastPkts"},
        {Metric::if_in_errors, "ifInErrors"},
        {Metric::if_out_errors, "ifOutErrors"},
        {Metric::if_in_discards, "ifInDiscards"},
        {Metric::if_out_discards, "ifOutDiscards"},
        {Metric::device_state, "up"},
        {Metric::device_snmp_up, "snmp_up"},
        {Metric::device_ping_up, "probe_success"},
        {Metric::device_ping_rtt, "probe_icmp_duration_seconds"},
        {Metric::device_poll_duration, "snmp_scrape_duration_seconds"},
        {Metric::device_uptime, "sysUpTime"},
        {Metric::device_table_up_interface, "snmp_scrape_walk_up"},
    };
    return table;
}

void add_label(std::string& series, std::string_view name, std::string_view value)
{
    pbf_writer into{series};
    pbf_writer label{into, 1};
    label.add_string(1, name.data(), name.size());
    label.add_string(2, value.data(), value.size());
}

} // namespace

RemoteWriteTable::RemoteWriteTable(const TableDefinition& table)
{
    for (const Metric metric : table.columns) {
        for (const Row& row : table.rows) {
            std::string& labels = labels_.emplace_back();
            const auto name = names().find(metric);
            if (name == names().end()) continue;
            add_label(labels, "__name__", name->second);
            add_label(labels, "ifName", row.key);
            add_label(labels, "instance", table.device);
            add_label(labels, "job", "snmp");
            add_label(labels, "site", "lincoln-high");
        }
    }
}

std::size_t RemoteWriteTable::write(std::string& request, const TableReading& reading, WallTime at)
    const
{
    std::size_t samples = 0;
    std::string series;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (labels_[i].empty() || !reading.cells[i]) continue;
        series = labels_[i];
        {
            pbf_writer into{series};
            pbf_writer sample{into, 2};
            sample.add_double(1, static_cast<double>(*reading.cells[i]));
            sample.add_int64(2, at.since_epoch.count());
        }
        pbf_writer{request}.add_message(1, series);
        ++samples;
    }
    return samples;
}

std::string snappy(const std::string& request)
{
    std::string body;
    ::snappy::Compress(request.data(), request.size(), &body);
    return body;
}

} // namespace hallmonitor::bench
