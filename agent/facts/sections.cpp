#include "agent/facts/sections.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hallmonitor::agent {
namespace {

using Type = FieldInfo::Type;
using Words = std::string_view;

constexpr auto optional = FieldInfo::Need::none;
constexpr auto required = FieldInfo::Need::required;
constexpr auto one_of = FieldInfo::Need::one_of;

constexpr std::array<Words, 7> status_words{
    "ok", "warning", "critical", "absent", "unknown", "unavailable", "nonoperational"};
constexpr std::array<Words, 3> duplex_words{"half", "full", "unknown"};
// entPhysicalClass, RFC 6933.
constexpr std::array<Words, 15> class_words{
    "other",
    "unknown",
    "chassis",
    "backplane",
    "container",
    "powerSupply",
    "fan",
    "sensor",
    "module",
    "port",
    "stack",
    "cpu",
    "energyObject",
    "battery",
    "storageDrive"};
constexpr std::array<std::pair<Words, Words>, 12> kind_units{{
    {"temperature", "celsius"},
    {"fan", "rpm"},
    {"power", "watts"},
    {"voltage", "volts"},
    {"current", "amperes"},
    {"frequency", "hertz"},
    {"humidity", "ratio"},
    {"optical_power", "dbm"},
    {"airflow", "cubic_metres_per_minute"},
    {"power_supply", ""},
    {"battery", ""},
    {"other", ""},
}};
constexpr auto kind_words = [] {
    std::array<Words, kind_units.size()> words{};
    std::transform(kind_units.begin(), kind_units.end(), words.begin(), [](const auto& pair) {
        return pair.first;
    });
    return words;
}();
// pethPsePortDetectionStatus and pethMainPseOperStatus, RFC 3621.
constexpr std::array<Words, 6> detection_words{
    "disabled", "searching", "deliveringPower", "fault", "test", "otherFault"};
constexpr std::array<Words, 3> oper_words{"on", "off", "faulty"};
constexpr std::array<Words, 2> protocol_words{"lldp", "cdp"};
// upsBatteryStatus and upsOutputSource, RFC 1628, and what vendors' own have beside them.
constexpr std::array<Words, 6> battery_words{
    "unknown", "batteryNormal", "batteryLow", "batteryDepleted", "batteryFault", "batteryAbsent"};
constexpr std::array<Words, 7> output_words{
    "other", "none", "normal", "bypass", "battery", "booster", "reducer"};
// hrPrinterStatus, RFC 2790.
constexpr std::array<Words, 5> printer_words{"other", "unknown", "idle", "printing", "warmup"};

constexpr std::array device_fields{
    FieldInfo{"vendor"},
    FieldInfo{"model"},
    FieldInfo{"serial"},
    FieldInfo{"software"},
    FieldInfo{"hardware"},
};
constexpr std::array interface_fields{
    FieldInfo{"if_index", Type::number, required},
    FieldInfo{"duplex", Type::word, optional, duplex_words},
    FieldInfo{"alignment_errors", Type::number},
    FieldInfo{"crc_errors", Type::number},
    FieldInfo{"single_collisions", Type::number},
    FieldInfo{"multiple_collisions", Type::number},
    FieldInfo{"late_collisions", Type::number},
    FieldInfo{"excessive_collisions", Type::number},
    FieldInfo{"internal_mac_tx_errors", Type::number},
    FieldInfo{"carrier_sense_errors", Type::number},
    FieldInfo{"frame_too_longs", Type::number},
    FieldInfo{"internal_mac_rx_errors", Type::number},
    FieldInfo{"symbol_errors", Type::number},
};
constexpr std::array address_fields{
    FieldInfo{"address", Type::text, required},
    FieldInfo{"if_index", Type::number},
    FieldInfo{"prefix_length", Type::number},
};
constexpr std::array inventory_fields{
    FieldInfo{"index"},
    FieldInfo{"class", Type::word, optional, class_words},
    FieldInfo{"descr"},
    FieldInfo{"name"},
    FieldInfo{"serial"},
    FieldInfo{"model"},
    FieldInfo{"hardware_rev"},
    FieldInfo{"firmware_rev"},
    FieldInfo{"software_rev"},
    FieldInfo{"parent"},
    FieldInfo{"vendor"},
    FieldInfo{"replaceable", Type::flag},
    FieldInfo{"status", Type::word, optional, status_words},
};
constexpr std::array sensor_fields{
    FieldInfo{"index"},
    FieldInfo{"name"},
    FieldInfo{"kind", Type::word, required, kind_words},
    FieldInfo{"unit"},
    FieldInfo{"value", Type::number, one_of},
    FieldInfo{"low", Type::number},
    FieldInfo{"high", Type::number},
    FieldInfo{"status", Type::word, one_of, status_words},
    FieldInfo{"if_index", Type::number},
};
constexpr std::array processor_fields{
    FieldInfo{"index"},
    FieldInfo{"name"},
    FieldInfo{"load_ratio", Type::ratio, required},
};
constexpr std::array memory_fields{
    FieldInfo{"index"},
    FieldInfo{"name"},
    FieldInfo{"used_bytes", Type::number, one_of},
    FieldInfo{"free_bytes", Type::number, one_of},
    FieldInfo{"total_bytes", Type::number, one_of},
    FieldInfo{"used_ratio", Type::ratio, one_of},
};
constexpr std::array storage_fields{
    FieldInfo{"index"},
    FieldInfo{"name"},
    FieldInfo{"used_bytes", Type::number, one_of},
    FieldInfo{"total_bytes", Type::number, one_of},
};
constexpr std::array poe_port_fields{
    FieldInfo{"index"},
    FieldInfo{"if_index", Type::number},
    FieldInfo{"admin", Type::flag},
    FieldInfo{"detection", Type::word, optional, detection_words},
    FieldInfo{"power_watts", Type::number},
    FieldInfo{"class"},
};
constexpr std::array poe_group_fields{
    FieldInfo{"index"},
    FieldInfo{"nominal_watts", Type::number},
    FieldInfo{"consumption_watts", Type::number},
    FieldInfo{"oper", Type::word, optional, oper_words},
};
constexpr std::array neighbour_fields{
    FieldInfo{"protocol", Type::word, required, protocol_words},
    FieldInfo{"local_if_index", Type::number},
    FieldInfo{"chassis_id"},
    FieldInfo{"port_id"},
    FieldInfo{"port_descr"},
    FieldInfo{"system_name"},
    FieldInfo{"system_descr"},
};
constexpr std::array spanning_tree_fields{
    FieldInfo{"topology_changes", Type::number},
    FieldInfo{"since_change_seconds", Type::number},
    FieldInfo{"root_cost", Type::number},
    FieldInfo{"root_port", Type::number},
    FieldInfo{"designated_root"},
    FieldInfo{"priority", Type::number},
};
constexpr std::array ups_fields{
    FieldInfo{"status", Type::word, optional, battery_words},
    FieldInfo{"on_battery_seconds", Type::number},
    FieldInfo{"runtime_seconds", Type::number},
    FieldInfo{"charge_ratio", Type::ratio},
    FieldInfo{"load_ratio", Type::number}, // overloaded above 1
    FieldInfo{"temperature_celsius", Type::number},
    FieldInfo{"output_source", Type::word, optional, output_words},
    FieldInfo{"input_volts", Type::number},
    FieldInfo{"output_volts", Type::number},
    FieldInfo{"battery_volts", Type::number},
    FieldInfo{"replace_battery", Type::flag},
    FieldInfo{"self_test"},
};
constexpr std::array printer_fields{
    FieldInfo{"status", Type::word, optional, printer_words},
    FieldInfo{"pages", Type::number},
};
constexpr std::array supply_fields{
    FieldInfo{"index"},
    FieldInfo{"descr"},
    FieldInfo{"level_ratio", Type::ratio},
    FieldInfo{"status", Type::word, optional, status_words},
};
constexpr std::array wireless_fields{
    FieldInfo{"clients", Type::number},
    FieldInfo{"access_points", Type::number},
};
constexpr std::array radio_fields{
    FieldInfo{"index"},
    FieldInfo{"name"},
    FieldInfo{"clients", Type::number, required},
};

constexpr bool single = true;
constexpr std::array<SectionInfo, fact_sections> sections{{
    {"device", single, device_fields},
    {"interfaces", false, interface_fields},
    {"addresses", false, address_fields},
    {"inventory", false, inventory_fields},
    {"sensors", false, sensor_fields},
    {"processors", false, processor_fields},
    {"memory", false, memory_fields},
    {"storage", false, storage_fields},
    {"poe_ports", false, poe_port_fields},
    {"poe_groups", false, poe_group_fields},
    {"neighbours", false, neighbour_fields},
    {"spanning_tree", single, spanning_tree_fields},
    {"ups", single, ups_fields},
    {"printer", single, printer_fields},
    {"supplies", false, supply_fields},
    {"wireless", single, wireless_fields},
    {"radios", false, radio_fields},
}};

} // namespace

const SectionInfo& info_of(FactSection section)
{
    return sections.at(static_cast<std::size_t>(section));
}

std::optional<FactSection> section_named(std::string_view name)
{
    for (std::size_t number = 0; number < sections.size(); ++number)
        if (sections.at(number).name == name) return static_cast<FactSection>(number);
    return std::nullopt;
}

std::optional<std::size_t> field_named(FactSection section, std::string_view name)
{
    const auto fields = info_of(section).fields;
    for (std::size_t number = 0; number < fields.size(); ++number)
        if (fields[number].name == name) return number;
    return std::nullopt;
}

std::string_view unit_of_kind(std::string_view kind)
{
    for (const auto& [name, unit] : kind_units)
        if (name == kind) return unit;
    return {};
}

} // namespace hallmonitor::agent
