#include "collector/expose/ifmib_writer.hpp"

#include "collector/expose/page.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hallmonitor::collector {
namespace {

// A counter has one name if the device counts it in 64 bits and another in 32.
struct RawCounter {
    Metric metric;
    std::string_view wide_name;
    std::string_view narrow_name; // empty: the MIB has it in 32 bits only, and so named
};

constexpr std::array counters{
    RawCounter{Metric::if_in_octets, "ifHCInOctets", "ifInOctets"},
    RawCounter{Metric::if_out_octets, "ifHCOutOctets", "ifOutOctets"},
    RawCounter{Metric::if_in_ucast, "ifHCInUcastPkts", "ifInUcastPkts"},
    RawCounter{Metric::if_out_ucast, "ifHCOutUcastPkts", "ifOutUcastPkts"},
    RawCounter{Metric::if_in_multicast, "ifHCInMulticastPkts", "ifInMulticastPkts"},
    RawCounter{Metric::if_out_multicast, "ifHCOutMulticastPkts", "ifOutMulticastPkts"},
    RawCounter{Metric::if_in_broadcast, "ifHCInBroadcastPkts", "ifInBroadcastPkts"},
    RawCounter{Metric::if_out_broadcast, "ifHCOutBroadcastPkts", "ifOutBroadcastPkts"},
    RawCounter{Metric::if_in_errors, "ifInErrors", {}},
    RawCounter{Metric::if_out_errors, "ifOutErrors", {}},
    RawCounter{Metric::if_in_discards, "ifInDiscards", {}},
    RawCounter{Metric::if_out_discards, "ifOutDiscards", {}},
};

enum class Width : std::uint8_t { any, wide, narrow };

// One family of the page: a gauge by its function, or a counter by its metric and width.
struct RawFamily {
    std::string_view name;
    std::uint64_t (*gauge)(const InterfaceView&){nullptr};
    Metric metric{};
    Width width{Width::any};
};

std::vector<RawFamily> make_families()
{
    std::vector<RawFamily> families{
        {.name = "ifAdminStatus",
         .gauge = [](const InterfaceView& view) { return static_cast<std::uint64_t>(view.admin); }},
        {.name = "ifOperStatus",
         .gauge = [](const InterfaceView& view) { return static_cast<std::uint64_t>(view.oper); }},
        {.name = "ifHighSpeed", .gauge = [](const InterfaceView& view) {
             return (view.speed.value + 500'000) / 1'000'000;
         }}};
    for (const RawCounter& counter : counters) {
        if (counter.narrow_name.empty()) {
            families.push_back({.name = counter.wide_name, .metric = counter.metric});
            continue;
        }
        families.push_back(
            {.name = counter.wide_name, .metric = counter.metric, .width = Width::wide}
        );
        families.push_back(
            {.name = counter.narrow_name, .metric = counter.metric, .width = Width::narrow}
        );
    }
    return families;
}

const std::vector<RawFamily>& families()
{
    static const std::vector<RawFamily> made = make_families();
    return made;
}

// Before the first reading after a restart of the collector the columns are not known: then a
// value tells at least when it cannot be narrow.
bool is_wide(
    const InterfaceTable& table, const InterfaceView& view, Metric metric, std::uint64_t value
)
{
    const auto& columns = table.definition->columns;
    const auto column = std::find(columns.begin(), columns.end(), metric) - columns.begin();
    if (column == std::ssize(columns)) return value >> 32 != 0;
    return (table.row(view).wide_columns >> column & 1) != 0;
}

std::string labels_of(const DeviceView& device, const InterfaceView& view)
{
    const auto& attributes = device.interfaces->row(view).attributes;
    std::string labels;
    append_label(labels, "site", device.id.site);
    append_label(labels, "instance", device.id.name);
    for (const auto& [name, attribute] :
         {std::pair{"ifIndex", Attribute::if_index},
          {"ifName", Attribute::if_name},
          {"ifDescr", Attribute::if_descr},
          {"ifAlias", Attribute::if_alias}}) {
        append_label(labels, name, attributes.text(attribute));
    }
    return labels;
}

void put(
    Lines& lines, const RawFamily& family, const InterfaceTable& table, const InterfaceView& view
)
{
    if (family.gauge != nullptr) {
        lines.put(family.gauge(view));
        return;
    }
    const Cell cell = table.raw(view, family.metric);
    if (!cell) return;
    const bool wide = is_wide(table, view, family.metric, *cell);
    if (family.width == Width::any || (family.width == Width::wide) == wide) lines.put(*cell);
}

} // namespace

IfMibPage::IfMibPage(
    std::shared_ptr<const Snapshot> snapshot, const std::optional<std::string>& site
)
    : snapshot_(std::move(snapshot))
{
    for (const auto& device : snapshot_->devices) {
        if (site && device->id.site != *site) continue;
        devices_.push_back(device.get());
        auto& labels = labels_.emplace_back();
        labels.reserve(device->interfaces->rows.size());
        for (const InterfaceView& view : device->interfaces->rows)
            labels.push_back(labels_of(*device, view));
    }
}

void IfMibPage::write_device(std::size_t number)
{
    const InterfaceTable& interfaces = *devices_[number]->interfaces;
    for (std::size_t i = 0; i < interfaces.rows.size(); ++i) {
        if (!is_fresh(*devices_[number], interfaces.rows[i], snapshot_->at)) continue;
        lines_.set_labels(labels_[number][i]);
        put(lines_, families()[family_], interfaces, interfaces.rows[i]);
    }
}

bool IfMibPage::operator()(std::string& into)
{
    const std::size_t before = into.size();
    lines_.write_to(into);
    while (family_ < families().size() && into.size() - before < page_piece_bytes) {
        const RawFamily& family = families()[family_];
        if (device_ == 0)
            lines_.begin(family.name, {}, family.gauge == nullptr ? "counter" : "gauge");
        if (device_ < devices_.size()) write_device(device_++);
        if (device_ >= devices_.size()) {
            device_ = 0;
            ++family_;
        }
    }
    return into.size() > before;
}

} // namespace hallmonitor::collector
