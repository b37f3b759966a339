#include "agent/inspect/facts_part.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace json = boost::json;

json::value number_json(double number)
{
    constexpr double exact = 9007199254740992.0; // 2^53
    const bool is_whole = std::abs(number) < exact && number == std::floor(number);
    return is_whole ? json::value(static_cast<std::int64_t>(number)) : json::value(number);
}

json::value json_of(const Value& value)
{
    if (const auto* number = std::get_if<double>(&value)) return number_json(*number);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    return json::value(text_of(value));
}

// A row's index as a number where it is a single one.
json::value index_json(const std::string& index)
{
    std::uint32_t number = 0;
    const char* const end = index.data() + index.size();
    const auto [stop, error] = std::from_chars(index.data(), end, number);
    if (error == std::errc{} && stop == end) return number;
    return json::value(index);
}

json::object row_json(FactSection section, const FactRow& row)
{
    json::object made;
    const auto fields = info_of(section).fields;
    for (std::size_t field = 0; field < fields.size(); ++field) {
        const Value& value = row[field];
        if (is_there(value)) {
            made[fields[field].name] = json_of(value);
        } else if (fields[field].name == "index") {
            made["index"] = row.index.empty() ? json::value(0) : index_json(row.index);
        }
    }
    return made;
}

json::array rows_json(FactSection section, const Facts& facts)
{
    json::array rows;
    for (const FactRow& row : facts.rows(section))
        rows.push_back(row_json(section, row));
    return rows;
}

json::object single_json(FactSection section, const Facts& facts)
{
    const auto& rows = facts.rows(section);
    return rows.empty() ? json::object{} : row_json(section, rows.front());
}

void add_to_interfaces(const Facts& facts, json::object& document)
{
    const auto& rows = facts.rows(FactSection::interfaces);
    json::value* const interfaces = document.if_contains("interfaces");
    if (rows.empty() || interfaces == nullptr || !interfaces->is_array()) return;
    std::map<std::int64_t, json::object*> known;
    for (json::value& one : interfaces->as_array())
        if (const json::value* index = one.as_object().if_contains("if_index"))
            known.emplace(index->to_number<std::int64_t>(), &one.as_object());
    for (const FactRow& row : rows) {
        json::object told = row_json(FactSection::interfaces, row);
        const auto found = known.find(told["if_index"].to_number<std::int64_t>());
        if (found == known.end()) continue;
        for (const auto& member : told)
            if (!found->second->contains(member.key()))
                found->second->emplace(member.key(), member.value());
    }
}

json::array neighbours_json(const Facts& facts, std::span<const Interface> interfaces)
{
    json::array rows = rows_json(FactSection::neighbours, facts);
    for (json::value& row : rows) {
        const json::value* const index = row.as_object().if_contains("local_if_index");
        if (index == nullptr) continue;
        const auto number = index->to_number<std::int64_t>();
        const auto found =
            std::find_if(interfaces.begin(), interfaces.end(), [&](const Interface& one) {
                return one.names.if_index == number;
            });
        if (found == interfaces.end()) continue;
        const std::string& name =
            found->names.name.empty() ? found->names.descr : found->names.name;
        if (!name.empty()) row.as_object()["local_interface"] = name;
    }
    return rows;
}

} // namespace

void add_facts(const Facts& facts, std::span<const Interface> interfaces, json::object& document)
{
    const auto put = [&](std::string_view key, auto part) {
        if (!part.empty()) document[key] = std::move(part);
    };
    json::object device = single_json(FactSection::device, facts);
    if (json::value* known = document.if_contains("device"); known != nullptr) {
        for (const auto& member : device)
            known->as_object()[member.key()] = member.value();
    } else {
        put("device", std::move(device));
    }
    add_to_interfaces(facts, document);
    constexpr std::array lists{
        FactSection::addresses,
        FactSection::inventory,
        FactSection::sensors,
        FactSection::processors,
        FactSection::memory,
        FactSection::storage,
    };
    for (const FactSection section : lists)
        put(info_of(section).name, rows_json(section, facts));
    json::object poe;
    if (auto ports = rows_json(FactSection::poe_ports, facts); !ports.empty())
        poe["ports"] = std::move(ports);
    if (auto groups = rows_json(FactSection::poe_groups, facts); !groups.empty())
        poe["groups"] = std::move(groups);
    put("poe", std::move(poe));
    put("neighbours", neighbours_json(facts, interfaces));
    put("spanning_tree", single_json(FactSection::spanning_tree, facts));
    put("ups", single_json(FactSection::ups, facts));
    json::object printer = single_json(FactSection::printer, facts);
    if (auto supplies = rows_json(FactSection::supplies, facts); !supplies.empty())
        printer["supplies"] = std::move(supplies);
    put("printer", std::move(printer));
    json::object wireless = single_json(FactSection::wireless, facts);
    if (auto radios = rows_json(FactSection::radios, facts); !radios.empty())
        wireless["radios"] = std::move(radios);
    put("wireless", std::move(wireless));
}

} // namespace hallmonitor::agent
