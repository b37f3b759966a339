#include "collector/expose/page_buffer.hpp"
#include "collector/expose/text_writer.hpp"

#include <utility>

namespace hallmonitor::collector {
namespace {

struct Column {
    std::string_view name; // RFC 2863's, as snmp_exporter shows it
    Metric metric;
};

constexpr Column columns[] = {
    {"ifHCInOctets", Metric::if_in_octets},
    {"ifHCOutOctets", Metric::if_out_octets},
    {"ifHCInUcastPkts", Metric::if_in_ucast},
    {"ifHCOutUcastPkts", Metric::if_out_ucast},
    {"ifHCInMulticastPkts", Metric::if_in_multicast},
    {"ifHCOutMulticastPkts", Metric::if_out_multicast},
    {"ifHCInBroadcastPkts", Metric::if_in_broadcast},
    {"ifHCOutBroadcastPkts", Metric::if_out_broadcast},
    {"ifInErrors", Metric::if_in_errors},
    {"ifOutErrors", Metric::if_out_errors},
    {"ifInDiscards", Metric::if_in_discards},
    {"ifOutDiscards", Metric::if_out_discards},
};

std::string labels_of(const DeviceView& device, const InterfaceView& view)
{
    const auto& facts = view.row().attributes;
    const auto fact = [&](Attribute name) {
        const auto found = facts.find(name);
        return found == facts.end() ? std::string_view{} : std::string_view{found->second};
    };
    const std::pair<std::string_view, std::string_view> all[] = {
        {"site=\"", device.id.site},
        {"\",instance=\"", device.id.name},
        {"\",ifIndex=\"", fact(Attribute::if_index)},
        {"\",ifName=\"", fact(Attribute::if_name)},
        {"\",ifDescr=\"", fact(Attribute::if_descr)},
        {"\",ifAlias=\"", fact(Attribute::if_alias)},
    };
    std::string labels;
    for (const auto& [head, value] : all) {
        labels.append(head);
        append_escaped(labels, value);
    }
    labels += '"';
    return labels;
}

} // namespace

void write_ifmib(const Snapshot& snapshot, const PageOptions& options, const ChunkSink& sink)
{
    PageBuffer out{sink};
    std::vector<std::pair<const InterfaceView*, std::string>> rows;
    for (const auto& device : snapshot.devices) {
        if (options.site && device->id.site != *options.site) continue;
        if (!is_fresh(device->interfaces_at, device->poll_interval, snapshot.at)) continue;
        for (const InterfaceView& view : *device->interfaces)
            rows.emplace_back(&view, labels_of(*device, view));
    }
    if (rows.empty()) return;
    for (const Column& column : columns) {
        out.head(column.name, "RFC 2863, as read.", "counter");
        for (const auto& [view, labels] : rows)
            if (const Cell& value = view->raw.at(counter_slot(column.metric)))
                out.sample(column.name, labels, "", *value);
    }
    out.head("ifOperStatus", "RFC 2863.", "gauge");
    for (const auto& [view, labels] : rows)
        out.sample("ifOperStatus", labels, "", static_cast<int>(view->oper));
    out.head("ifAdminStatus", "RFC 2863.", "gauge");
    for (const auto& [view, labels] : rows)
        out.sample("ifAdminStatus", labels, "", static_cast<int>(view->admin));
    out.head("ifHighSpeed", "RFC 2863, Mbit/s.", "gauge");
    for (const auto& [view, labels] : rows)
        out.sample("ifHighSpeed", labels, "", view->speed.value / 1'000'000);
}

} // namespace hallmonitor::collector
