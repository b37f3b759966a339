#include "collector/expose/fact_rules.hpp"

#include "collector/expose/label_text.hpp"
#include "common/model/sensor_kinds.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::collector {
namespace {

using enum FamilyId;
using enum FactSection;
using enum FactRule::Show;

// clang-format off
constexpr std::array all_fact_rules{
    FactRule{.id = sensor_temperature_celsius, .section = sensors, .field = "value", .show = sensor, .kind = "temperature"},
    FactRule{.id = sensor_fan_speed_rpm, .section = sensors, .field = "value", .show = sensor, .kind = "fan"},
    FactRule{.id = sensor_power_watts, .section = sensors, .field = "value", .show = sensor, .kind = "power"},
    FactRule{.id = sensor_voltage_volts, .section = sensors, .field = "value", .show = sensor, .kind = "voltage"},
    FactRule{.id = sensor_current_amperes, .section = sensors, .field = "value", .show = sensor, .kind = "current"},
    FactRule{.id = sensor_frequency_hertz, .section = sensors, .field = "value", .show = sensor, .kind = "frequency"},
    FactRule{.id = sensor_humidity_ratio, .section = sensors, .field = "value", .show = sensor, .kind = "humidity"},
    FactRule{.id = sensor_optical_power_dbm, .section = sensors, .field = "value", .show = sensor, .kind = "optical_power"},
    FactRule{.id = sensor_airflow_cubic_metres_per_minute, .section = sensors, .field = "value", .show = sensor, .kind = "airflow"},
    FactRule{.id = sensor_value, .section = sensors, .field = "value", .show = sensor, .labels = "kind,unit"},
    FactRule{.id = sensor_low_threshold, .section = sensors, .field = "low", .show = threshold, .labels = "kind,unit"},
    FactRule{.id = sensor_high_threshold, .section = sensors, .field = "high", .show = threshold, .labels = "kind,unit"},
    FactRule{.id = sensor_ok, .section = sensors, .field = "status", .show = verdict, .good = "ok", .silent = "absent,unknown,unavailable", .labels = "kind"},
    FactRule{.id = component_info, .section = inventory, .show = identity},
    FactRule{.id = component_ok, .section = inventory, .field = "status", .show = verdict, .good = "ok", .silent = "absent,unknown,unavailable"},
    FactRule{.id = processor_load_ratio, .section = processors, .field = "load_ratio"},
    FactRule{.id = memory_used_bytes, .section = memory, .field = "used_bytes"},
    FactRule{.id = memory_size_bytes, .section = memory, .field = "total_bytes"},
    FactRule{.id = memory_used_ratio, .section = memory, .field = "used_ratio"},
    FactRule{.id = storage_used_bytes, .section = storage, .field = "used_bytes"},
    FactRule{.id = storage_size_bytes, .section = storage, .field = "total_bytes"},
    FactRule{.id = poe_port_enabled, .section = poe_ports, .field = "admin"},
    FactRule{.id = poe_port_delivering, .section = poe_ports, .field = "detection", .show = verdict, .good = "deliveringPower"},
    FactRule{.id = poe_port_fault, .section = poe_ports, .field = "detection", .show = verdict, .good = "fault,otherFault"},
    FactRule{.id = poe_port_power_watts, .section = poe_ports, .field = "power_watts"},
    FactRule{.id = poe_group_nominal_watts, .section = poe_groups, .field = "nominal_watts"},
    FactRule{.id = poe_group_consumption_watts, .section = poe_groups, .field = "consumption_watts"},
    FactRule{.id = poe_group_up, .section = poe_groups, .field = "oper", .show = verdict, .good = "on"},
    FactRule{.id = neighbour_info, .section = neighbours, .show = identity},
    FactRule{.id = address_info, .section = addresses, .show = identity},
    FactRule{.id = interface_full_duplex, .section = interfaces, .field = "duplex", .show = verdict, .good = "full", .silent = "unknown"},
    FactRule{.id = interface_alignment_errors_total, .section = interfaces, .field = "alignment_errors"},
    FactRule{.id = interface_crc_errors_total, .section = interfaces, .field = "crc_errors"},
    FactRule{.id = interface_late_collisions_total, .section = interfaces, .field = "late_collisions"},
    FactRule{.id = interface_symbol_errors_total, .section = interfaces, .field = "symbol_errors"},
    FactRule{.id = spanning_tree_topology_changes_total, .section = spanning_tree, .field = "topology_changes"},
    FactRule{.id = spanning_tree_since_change_seconds, .section = spanning_tree, .field = "since_change_seconds"},
    FactRule{.id = spanning_tree_root_cost, .section = spanning_tree, .field = "root_cost"},
    FactRule{.id = spanning_tree_root_port, .section = spanning_tree, .field = "root_port"},
    FactRule{.id = spanning_tree_priority, .section = spanning_tree, .field = "priority"},
    FactRule{.id = spanning_tree_info, .section = spanning_tree, .show = identity},
    FactRule{.id = ups_on_battery, .section = ups, .show = on_battery},
    FactRule{.id = ups_battery_ok, .section = ups, .field = "status", .show = verdict, .good = "batteryNormal", .silent = "unknown"},
    FactRule{.id = ups_replace_battery, .section = ups, .field = "replace_battery"},
    FactRule{.id = ups_on_battery_seconds, .section = ups, .field = "on_battery_seconds"},
    FactRule{.id = ups_runtime_seconds, .section = ups, .field = "runtime_seconds"},
    FactRule{.id = ups_charge_ratio, .section = ups, .field = "charge_ratio"},
    FactRule{.id = ups_load_ratio, .section = ups, .field = "load_ratio"},
    FactRule{.id = ups_temperature_celsius, .section = ups, .field = "temperature_celsius"},
    FactRule{.id = ups_input_volts, .section = ups, .field = "input_volts"},
    FactRule{.id = ups_output_volts, .section = ups, .field = "output_volts"},
    FactRule{.id = ups_battery_volts, .section = ups, .field = "battery_volts"},
    FactRule{.id = ups_info, .section = ups, .show = identity},
    FactRule{.id = printer_status, .section = printer, .field = "status", .show = states},
    FactRule{.id = printer_pages_total, .section = printer, .field = "pages"},
    FactRule{.id = printer_supply_level_ratio, .section = supplies, .field = "level_ratio"},
    FactRule{.id = printer_supply_ok, .section = supplies, .field = "status", .show = verdict, .good = "ok", .silent = "absent,unknown,unavailable"},
    FactRule{.id = wireless_clients, .section = wireless, .field = "clients"},
    FactRule{.id = wireless_access_points, .section = wireless, .field = "access_points"},
    FactRule{.id = wireless_radio_clients, .section = radios, .field = "clients"},
};
// clang-format on

// Up to the collector's own families.
constexpr bool facts_are_in_order()
{
    const auto first = static_cast<std::size_t>(build_info) - all_fact_rules.size();
    for (std::size_t i = 0; i < all_fact_rules.size(); ++i)
        if (static_cast<std::size_t>(all_fact_rules.at(i).id) != first + i) return false;
    return true;
}
static_assert(facts_are_in_order());

bool is_among(std::string_view word, std::string_view list)
{
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        if (list.substr(0, end) == word) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

// What a row of the section is called; empty where rows have no names.
std::string_view name_label(FactSection section)
{
    switch (section) {
    case inventory: return "component";
    case sensors: return "sensor";
    case processors: return "processor";
    case memory: return "memory";
    case storage: return "storage";
    case supplies: return "supply";
    case radios: return "radio";
    default: return {};
    }
}

// One thing has one name on all families: a part's "hardware_rev" is a device's "hardware".
std::string_view label_of(const FieldInfo& field)
{
    constexpr std::string_view revision = "_rev";
    std::string_view name = field.name;
    if (name.ends_with(revision)) name.remove_suffix(revision.size());
    return name;
}

std::string labels_of(const FactRule& rule, const Row& row)
{
    std::string labels;
    if (rule.show != identity && rule.labels.empty()) return labels;
    for (const FieldInfo& field : info_of(rule.section).fields) {
        const bool is_wanted = rule.show == identity || is_among(field.name, rule.labels);
        // The interface is among the labels of the row itself.
        const bool is_text = field.attribute && *field.attribute != Attribute::interface;
        if (!is_wanted || !is_text) continue;
        const std::string_view text = row.attributes.text(*field.attribute);
        if (!text.empty()) append_label(labels, label_of(field), text);
    }
    return labels;
}

bool has_usual_unit(const Row& row)
{
    const std::string_view usual = unit_of_kind(row.attributes.text(Attribute::kind));
    const std::string_view unit = row.attributes.text(Attribute::unit);
    return !usual.empty() && (unit.empty() || unit == usual);
}

bool is_sensor_of(const FactRule& rule, const Row& row)
{
    if (rule.kind.empty()) return !has_usual_unit(row);
    return row.attributes.text(Attribute::kind) == rule.kind && has_usual_unit(row);
}

void put_number(
    ValueSink& lines, const FieldInfo& field, const std::string& labels, std::uint64_t cell
)
{
    const bool is_whole =
        field.type == FieldInfo::Type::count || field.type == FieldInfo::Type::flag;
    if (is_whole) {
        lines.put(labels, cell);
    } else {
        lines.put(labels, cell_number(field, cell));
    }
}

void put_states(ValueSink& lines, const FieldInfo& field, std::string_view word)
{
    std::string label;
    for (const std::string_view one : field.words) {
        label.clear();
        append_label(label, field.name, one);
        lines.put(label, std::uint64_t{one == word ? 1U : 0U});
    }
}

// What there is to say of a field that moves.
void put_cell(
    ValueSink& lines,
    const FactRule& rule,
    const FieldInfo& field,
    const Row& row,
    std::uint64_t cell
)
{
    if (rule.show == number || (rule.show == sensor && is_sensor_of(rule, row)))
        put_number(lines, field, labels_of(rule, row), cell);
    const std::string_view word = cell_word(field, cell);
    if (word.empty()) return; // a newer agent's
    if (rule.show == states) put_states(lines, field, word);
    if (rule.show == verdict && !is_among(word, rule.silent))
        lines.put(labels_of(rule, row), std::uint64_t{is_among(word, rule.good) ? 1U : 0U});
}

} // namespace

std::span<const FactRule> fact_rules()
{
    return all_fact_rules;
}

void append_fact_labels(std::string& labels, FactSection section, const Row& row)
{
    const std::string_view port = row.attributes.text(Attribute::interface);
    if (!port.empty()) append_label(labels, "interface", port);
    const std::string_view called = name_label(section);
    if (!called.empty()) append_label(labels, called, fact_name(row));
    const std::string_view id = fact_id(row);
    if (!id.empty()) append_label(labels, "id", id);
}

const FieldInfo* field_of(const FactRule& rule)
{
    return rule.field.empty() ? nullptr : &fact_field(rule.section, rule.field);
}

void put_fact(
    ValueSink& lines,
    const FactRule& rule,
    const FieldInfo* field,
    const FactTable& facts,
    std::uint32_t number
)
{
    const Row& row = facts.row(number);
    if (rule.show == identity) {
        const std::string labels = labels_of(rule, row);
        if (!labels.empty()) lines.put(labels, std::uint64_t{1});
    } else if (rule.show == on_battery) {
        if (const auto is_on = is_on_battery(facts)) lines.put(std::uint64_t{*is_on ? 1U : 0U});
    } else if (rule.show == threshold) {
        if (const auto limit = fact_threshold(row, *field->attribute))
            lines.put(labels_of(rule, row), *limit);
    } else if (const Cell cell = facts.cell(number, *field)) {
        put_cell(lines, rule, *field, row, *cell);
    }
}

} // namespace hallmonitor::collector
