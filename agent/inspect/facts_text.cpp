#include "agent/inspect/facts_text.hpp"

#include "common/report/human.hpp"
#include "common/report/text_table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::agent {
namespace {

using hallmonitor::number_of; // besides those of agent/facts

namespace json = boost::json;

struct Part {
    std::string_view key;
    std::string_view list; // of an object: the key of a list in it
    std::string_view title;
};

constexpr std::array parts{
    Part{"inventory", "", "INVENTORY"},
    Part{"sensors", "", "SENSORS"},
    Part{"processors", "", "PROCESSORS"},
    Part{"memory", "", "MEMORY"},
    Part{"storage", "", "STORAGE"},
    Part{"poe", "groups", "POE BUDGET"},
    Part{"poe", "ports", "POE PORTS"},
    Part{"neighbours", "", "NEIGHBOURS"},
    Part{"spanning_tree", "", "SPANNING TREE"},
    Part{"ups", "", "UPS"},
    Part{"printer", "", "PRINTER"},
    Part{"printer", "supplies", "SUPPLIES"},
    Part{"wireless", "", "WIRELESS"},
    Part{"wireless", "radios", "RADIOS"},
    Part{"addresses", "", "ADDRESSES"},
};

std::string in_capitals(std::string_view text)
{
    if (text.ends_with("_ratio")) text.remove_suffix(std::string_view{"_ratio"}.size());
    if (text.ends_with("_bytes")) text.remove_suffix(std::string_view{"_bytes"}.size());
    std::string capitals;
    for (const char letter : text)
        capitals += letter == '_'
                        ? ' '
                        : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    return capitals;
}

std::string cell_text(std::string_view key, const json::value& value)
{
    if (value.is_string()) return std::string{value.as_string()};
    if (key.ends_with("_bytes")) return human_bytes(value);
    const auto number = number_of(value);
    if (!number) return json::serialize(value);
    const bool is_ratio = key.ends_with("_ratio");
    std::array<char, 32> room{};
    constexpr int digits = 4;
    const auto [end, error] = std::to_chars(
        room.data(),
        room.data() + room.size(),
        is_ratio ? *number * 100 : *number,
        value.is_double() ? std::chars_format::general : std::chars_format::fixed,
        value.is_double() ? digits : 0
    );
    return std::string{room.data(), end} + (is_ratio ? " %" : "");
}

// Of a chassis the parts that somebody could replace.
bool is_worth_a_line(const json::value& part)
{
    constexpr std::array<std::string_view, 6> left_out{
        "port", "container", "sensor", "other", "unknown", "backplane"};
    const json::value* const its_class = part.as_object().if_contains("class");
    return its_class == nullptr ||
           std::find(left_out.begin(), left_out.end(), its_class->as_string()) == left_out.end();
}

std::string list_text(const json::array& all, bool are_parts)
{
    json::array rows;
    for (const json::value& row : all)
        if (!are_parts || is_worth_a_line(row)) rows.push_back(row);
    if (rows.empty()) return {};
    std::vector<std::string> keys;
    for (const json::value& row : rows)
        for (const auto& member : row.as_object()) {
            const std::string key{member.key()};
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        }
    std::vector<TextTable::Column> columns;
    for (const std::string& key : keys)
        columns.push_back({in_capitals(key), Align::left});
    TextTable table{std::move(columns)};
    for (const json::value& row : rows) {
        std::vector<std::string> cells;
        for (const std::string& key : keys) {
            const json::value* const cell = row.as_object().if_contains(key);
            cells.push_back(cell == nullptr ? "-" : cell_text(key, *cell));
        }
        table.add(std::move(cells));
    }
    return table.text(false);
}

std::string object_text(const json::object& object)
{
    std::string text;
    for (const auto& member : object) {
        if (member.value().is_array()) continue;
        std::string name{member.key()};
        std::replace(name.begin(), name.end(), '_', ' ');
        text += name + ": " + cell_text(member.key(), member.value()) + '\n';
    }
    return text;
}

} // namespace

std::string facts_text(const json::object& document)
{
    std::string text;
    for (const Part& part : parts) {
        const json::value* value = document.if_contains(part.key);
        if (value != nullptr && !part.list.empty())
            value = value->is_object() ? value->as_object().if_contains(part.list) : nullptr;
        if (value == nullptr) continue;
        std::string body;
        if (value->is_array()) body = list_text(value->as_array(), part.key == "inventory");
        if (value->is_object()) body = object_text(value->as_object());
        if (!body.empty())
            text += (text.empty() ? "" : "\n") + std::string{part.title} + '\n' + body;
    }
    return text;
}

} // namespace hallmonitor::agent
