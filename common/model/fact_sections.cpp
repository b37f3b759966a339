#include "common/model/fact_sections.hpp"

#include "common/model/sensor_kinds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace hallmonitor {
namespace {

using Type = FieldInfo::Type;
using Words = std::string_view;

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
// hrPrinterStatus and, behind it, hrPrinterDetectedErrorState of RFC 2790; ok: it has detected
// none.
constexpr std::array<Words, 21> printer_words{
    "other",
    "unknown",
    "idle",
    "printing",
    "warmup",
    "ok",
    "lowPaper",
    "noPaper",
    "lowToner",
    "noToner",
    "doorOpen",
    "jammed",
    "offline",
    "serviceRequested",
    "inputTrayMissing",
    "outputTrayMissing",
    "markerSupplyMissing",
    "outputNearFull",
    "outputFull",
    "inputTrayEmpty",
    "overduePreventMaint"};

constexpr auto kind_words = [] {
    std::array<Words, sensor_kinds.size()> words{};
    std::transform(
        sensor_kinds.begin(),
        sensor_kinds.end(),
        words.begin(),
        [](const SensorKind& kind) { return kind.name; }
    );
    return words;
}();

constexpr std::array device_fields{
    FieldInfo{.name = "vendor", .attribute = Attribute::vendor},
    FieldInfo{.name = "model", .attribute = Attribute::model},
    FieldInfo{.name = "serial", .attribute = Attribute::serial},
    FieldInfo{.name = "software", .attribute = Attribute::software},
    FieldInfo{.name = "hardware", .attribute = Attribute::hardware},
};
constexpr std::array interface_fields{
    FieldInfo{
        .name = "if_index",
        .type = Type::count,
        .need = required,
        .attribute = Attribute::interface},
    FieldInfo{.name = "duplex", .type = Type::word, .words = duplex_words, .column = 0},
    FieldInfo{.name = "alignment_errors", .type = Type::count, .column = 1},
    FieldInfo{.name = "crc_errors", .type = Type::count, .column = 2},
    FieldInfo{.name = "single_collisions", .type = Type::count},
    FieldInfo{.name = "multiple_collisions", .type = Type::count},
    FieldInfo{.name = "late_collisions", .type = Type::count, .column = 3},
    FieldInfo{.name = "excessive_collisions", .type = Type::count},
    FieldInfo{.name = "internal_mac_tx_errors", .type = Type::count},
    FieldInfo{.name = "carrier_sense_errors", .type = Type::count},
    FieldInfo{.name = "frame_too_longs", .type = Type::count},
    FieldInfo{.name = "internal_mac_rx_errors", .type = Type::count},
    FieldInfo{.name = "symbol_errors", .type = Type::count, .column = 4},
};
constexpr std::array address_fields{
    FieldInfo{.name = "address", .need = required, .attribute = Attribute::ip_address},
    FieldInfo{.name = "if_index", .type = Type::count, .attribute = Attribute::interface},
    FieldInfo{.name = "prefix_length", .type = Type::count, .attribute = Attribute::prefix_length},
};
constexpr std::array inventory_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{
        .name = "class",
        .type = Type::word,
        .words = class_words,
        .attribute = Attribute::entity_class},
    FieldInfo{.name = "descr", .attribute = Attribute::descr},
    FieldInfo{.name = "name", .attribute = Attribute::name},
    FieldInfo{.name = "serial", .attribute = Attribute::serial},
    FieldInfo{.name = "model", .attribute = Attribute::model},
    FieldInfo{.name = "hardware_rev", .attribute = Attribute::hardware},
    FieldInfo{.name = "firmware_rev", .attribute = Attribute::firmware},
    FieldInfo{.name = "software_rev", .attribute = Attribute::software},
    FieldInfo{.name = "parent", .type = Type::count},
    FieldInfo{.name = "vendor", .attribute = Attribute::vendor},
    FieldInfo{.name = "replaceable", .type = Type::flag},
    FieldInfo{.name = "status", .type = Type::word, .words = status_words, .column = 0},
};
constexpr std::array sensor_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{.name = "name", .attribute = Attribute::name},
    FieldInfo{
        .name = "kind",
        .type = Type::word,
        .need = required,
        .words = kind_words,
        .attribute = Attribute::kind},
    FieldInfo{.name = "unit", .attribute = Attribute::unit},
    FieldInfo{.name = "value", .type = Type::number, .need = one_of, .column = 0, .is_gauge = true},
    FieldInfo{.name = "low", .type = Type::number, .attribute = Attribute::low, .is_gauge = true},
    FieldInfo{.name = "high", .type = Type::number, .attribute = Attribute::high, .is_gauge = true},
    FieldInfo{
        .name = "status", .type = Type::word, .need = one_of, .words = status_words, .column = 1},
    FieldInfo{.name = "if_index", .type = Type::count, .attribute = Attribute::interface},
};
constexpr std::array processor_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{.name = "name", .attribute = Attribute::name},
    FieldInfo{
        .name = "load_ratio", .type = Type::ratio, .need = required, .column = 0, .is_gauge = true},
};
constexpr std::array memory_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{.name = "name", .attribute = Attribute::name},
    FieldInfo{.name = "used_bytes", .type = Type::count, .need = one_of, .column = 0},
    FieldInfo{.name = "free_bytes", .type = Type::count, .need = one_of},
    FieldInfo{.name = "total_bytes", .type = Type::count, .need = one_of, .column = 1},
    FieldInfo{
        .name = "used_ratio", .type = Type::ratio, .need = one_of, .column = 2, .is_gauge = true},
};
constexpr std::array storage_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{.name = "name", .attribute = Attribute::name},
    FieldInfo{.name = "used_bytes", .type = Type::count, .need = one_of, .column = 0},
    FieldInfo{.name = "total_bytes", .type = Type::count, .need = one_of, .column = 1},
};
constexpr std::array poe_port_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{.name = "if_index", .type = Type::count, .attribute = Attribute::interface},
    FieldInfo{.name = "admin", .type = Type::flag, .column = 0},
    FieldInfo{.name = "detection", .type = Type::word, .words = detection_words, .column = 1},
    FieldInfo{
        .name = "power_watts",
        .type = Type::number,
        .column = 2,
        .is_gauge = true,
        .kind = "power"},
    FieldInfo{.name = "class", .type = Type::count, .attribute = Attribute::poe_class},
};
constexpr std::array poe_group_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{
        .name = "nominal_watts",
        .type = Type::number,
        .column = 0,
        .is_gauge = true,
        .kind = "power"},
    FieldInfo{
        .name = "consumption_watts",
        .type = Type::number,
        .column = 1,
        .is_gauge = true,
        .kind = "power"},
    FieldInfo{.name = "oper", .type = Type::word, .words = oper_words, .column = 2},
};
constexpr std::array neighbour_fields{
    FieldInfo{
        .name = "protocol",
        .type = Type::word,
        .need = required,
        .words = protocol_words,
        .attribute = Attribute::protocol},
    FieldInfo{.name = "local_if_index", .type = Type::count, .attribute = Attribute::interface},
    FieldInfo{.name = "chassis_id", .attribute = Attribute::chassis_id},
    FieldInfo{.name = "port_id", .attribute = Attribute::port_id},
    FieldInfo{.name = "port_descr", .attribute = Attribute::port_descr},
    FieldInfo{.name = "system_name", .attribute = Attribute::system_name},
    FieldInfo{.name = "system_descr"},
};
constexpr std::array spanning_tree_fields{
    FieldInfo{.name = "topology_changes", .type = Type::count, .column = 0},
    FieldInfo{.name = "since_change_seconds", .type = Type::number, .column = 1},
    FieldInfo{.name = "root_cost", .type = Type::count, .column = 2},
    FieldInfo{.name = "root_port", .type = Type::count, .column = 3},
    FieldInfo{.name = "designated_root", .attribute = Attribute::designated_root},
    FieldInfo{.name = "priority", .type = Type::count, .column = 4},
};
constexpr std::array ups_fields{
    FieldInfo{.name = "status", .type = Type::word, .words = battery_words, .column = 0},
    FieldInfo{.name = "on_battery_seconds", .type = Type::number, .column = 1, .is_gauge = true},
    FieldInfo{.name = "runtime_seconds", .type = Type::number, .column = 2, .is_gauge = true},
    FieldInfo{.name = "charge_ratio", .type = Type::ratio, .column = 3, .is_gauge = true},
    // Overloaded above 1.
    FieldInfo{.name = "load_ratio", .type = Type::number, .column = 4, .is_gauge = true},
    FieldInfo{
        .name = "temperature_celsius",
        .type = Type::number,
        .column = 5,
        .is_gauge = true,
        .kind = "temperature"},
    FieldInfo{.name = "output_source", .type = Type::word, .words = output_words, .column = 6},
    FieldInfo{
        .name = "input_volts",
        .type = Type::number,
        .column = 7,
        .is_gauge = true,
        .kind = "voltage"},
    FieldInfo{
        .name = "output_volts",
        .type = Type::number,
        .column = 8,
        .is_gauge = true,
        .kind = "voltage"},
    FieldInfo{
        .name = "battery_volts",
        .type = Type::number,
        .column = 9,
        .is_gauge = true,
        .kind = "voltage"},
    FieldInfo{.name = "replace_battery", .type = Type::flag, .column = 10},
    FieldInfo{.name = "self_test", .attribute = Attribute::self_test},
};
constexpr std::array printer_fields{
    FieldInfo{.name = "status", .type = Type::word, .words = printer_words, .column = 0},
    FieldInfo{.name = "pages", .type = Type::count, .column = 1},
};
constexpr std::array supply_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{.name = "descr", .attribute = Attribute::descr},
    FieldInfo{.name = "level_ratio", .type = Type::ratio, .column = 0},
    FieldInfo{.name = "status", .type = Type::word, .words = status_words, .column = 1},
};
constexpr std::array wireless_fields{
    FieldInfo{.name = "clients", .type = Type::count, .column = 0, .is_gauge = true},
    FieldInfo{.name = "access_points", .type = Type::count, .column = 1, .is_gauge = true},
};
constexpr std::array radio_fields{
    FieldInfo{.name = "index", .type = Type::index},
    FieldInfo{.name = "name", .attribute = Attribute::name},
    FieldInfo{
        .name = "clients", .type = Type::count, .need = required, .column = 0, .is_gauge = true},
};
constexpr std::array table_fields{
    FieldInfo{.name = "name", .need = required, .attribute = Attribute::name},
    FieldInfo{.name = "ok", .type = Type::flag, .need = required, .column = 0},
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
    {"tables", false, table_fields},
}};

std::optional<FactSection> any_section_named(std::string_view name)
{
    for (std::size_t number = 0; number < sections.size(); ++number)
        if (sections.at(number).name == name) return static_cast<FactSection>(number);
    return std::nullopt;
}

constexpr double millionths = 1e6;

bool is_whole(const FieldInfo& field)
{
    return field.type == Type::count || field.type == Type::flag;
}

} // namespace

const SectionInfo& info_of(FactSection section)
{
    return sections.at(static_cast<std::size_t>(section));
}

std::optional<FactSection> section_named(std::string_view name)
{
    const auto section = any_section_named(name);
    return section == FactSection::tables ? std::nullopt : section;
}

std::optional<std::size_t> field_named(FactSection section, std::string_view name)
{
    const auto fields = info_of(section).fields;
    for (std::size_t number = 0; number < fields.size(); ++number)
        if (fields[number].name == name) return number;
    return std::nullopt;
}

std::string fact_key(FactSection section, std::string_view id)
{
    std::string key{info_of(section).name};
    if (!info_of(section).is_single) (key += '/') += id;
    return key;
}

std::optional<FactSection> section_of_key(std::string_view key)
{
    return any_section_named(key.substr(0, key.find('/')));
}

Cell number_cell(const FieldInfo& field, double number)
{
    constexpr double most = 9.2e18; // below 2^63
    const double told = std::round(is_whole(field) ? number : number * millionths);
    const bool is_in_range = std::abs(told) < most && !(is_whole(field) && told < 0);
    if (!is_in_range) return std::nullopt;
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(told));
}

Cell word_cell(const FieldInfo& field, std::string_view word)
{
    const auto found = std::find(field.words.begin(), field.words.end(), word);
    if (found == field.words.end()) return std::nullopt;
    return static_cast<std::uint64_t>(found - field.words.begin());
}

double cell_number(const FieldInfo& field, std::uint64_t cell)
{
    if (is_whole(field)) return static_cast<double>(cell);
    return static_cast<double>(static_cast<std::int64_t>(cell)) / millionths;
}

std::string_view cell_word(const FieldInfo& field, std::uint64_t cell)
{
    return cell < field.words.size() ? field.words[cell] : std::string_view{};
}

} // namespace hallmonitor
