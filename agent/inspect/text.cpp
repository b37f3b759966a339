#include "agent/inspect/text.hpp"

#include "agent/inspect/facts_text.hpp"
#include "common/report/human.hpp"
#include "common/report/text_table.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::agent {
namespace {

// Besides those of agent/facts.
using hallmonitor::number_of;
using hallmonitor::text_of;

namespace json = boost::json;

// A text, a number or nothing.
std::string plain(const json::value& value)
{
    if (value.is_null()) return "-";
    return value.is_string() ? text_of(value) : json::serialize(value);
}

// IANAifType of what schools have; the number of any other.
std::string type_text(const json::value& value)
{
    constexpr std::array<std::pair<std::int64_t, const char*>, 13> names{{
        {1, "other"},
        {6, "ethernet"},
        {23, "ppp"},
        {24, "loopback"},
        {53, "virtual"},
        {62, "ethernet"},
        {71, "wifi"},
        {117, "ethernet"},
        {131, "tunnel"},
        {135, "vlan"},
        {136, "vlan"},
        {161, "lag"},
        {209, "bridge"},
    }};
    const auto number = number_of(value);
    for (const auto& [type, name] : names)
        if (number == static_cast<double>(type)) return name;
    return plain(value);
}

std::string speed_text(const json::value& value)
{
    return number_of(value).value_or(0) == 0 ? "-" : human_rate(value);
}

std::string name_text(const json::value& row)
{
    for (const char* key : {"name", "descr"}) {
        std::string name = plain(field(row, key));
        if (!name.empty() && name != "-") return name;
    }
    return "ifIndex " + plain(field(row, "if_index"));
}

Tone tone_of(const json::value& row)
{
    const bool is_down = field(row, "oper") == "down" || field(row, "oper") == "lowerLayerDown";
    return is_down && field(row, "admin") != "down" ? Tone::doubtful : Tone::plain;
}

/// One column of a table for people.
struct View {
    const char* title;
    Align align;
    std::string (*cell)(const json::value& row);
};

/// A table of the document as people see it.
struct TableView {
    const char* key;
    std::span<const View> columns;
    Tone (*tone)(const json::value& row);
};

constexpr std::array interface_columns{
    View{"INTERFACE", Align::left, name_text},
    View{"STATE", Align::left, [](const json::value& row) { return plain(field(row, "oper")); }},
    View{"ADMIN", Align::left, [](const json::value& row) { return plain(field(row, "admin")); }},
    View{
        "SPEED",
        Align::right,
        [](const json::value& row) { return speed_text(field(row, "speed_bps")); }},
    View{"TYPE", Align::left, [](const json::value& row) { return type_text(field(row, "type")); }},
    View{
        "IN",
        Align::right,
        [](const json::value& row) { return human_bytes(field(row, "in_octets")); }},
    View{
        "OUT",
        Align::right,
        [](const json::value& row) { return human_bytes(field(row, "out_octets")); }},
    View{
        "ERRORS",
        Align::right,
        [](const json::value& row) {
            return plain(field(row, "in_errors")) + "/" + plain(field(row, "out_errors"));
        }},
    View{
        "BITS",
        Align::right,
        [](const json::value& row) { return plain(field(row, "counter_bits")); }},
    View{
        "ALIAS",
        Align::left,
        [](const json::value& row) {
            const json::value& alias = field(row, "alias");
            return alias.is_null() ? std::string{} : text_of(alias);
        }},
};

// A table that inspect comes to read is one more line here, and one in document.cpp.
constexpr std::array table_views{
    TableView{"interfaces", interface_columns, tone_of},
};

std::string table_text(const TableView& view, const json::value& document, bool colours)
{
    std::vector<TextTable::Column> titles;
    for (const View& column : view.columns)
        titles.push_back({column.title, column.align});
    TextTable table{std::move(titles)};
    for (const json::value& row : rows_of(document, view.key)) {
        std::vector<std::string> cells;
        for (const View& column : view.columns)
            cells.push_back(column.cell(row));
        table.add(std::move(cells), view.tone(row));
    }
    return table.empty() ? "" : table.text(colours) + "\n";
}

std::string device_text(const json::value& document)
{
    constexpr std::array<std::pair<const char*, const char*>, 9> facts{{
        {"name", "sys_name"},
        {"vendor", "vendor"},
        {"model", "model"},
        {"serial", "serial"},
        {"software", "software"},
        {"description", "sys_descr"},
        {"object id", "sys_object_id"},
        {"location", "sys_location"},
        {"contact", "sys_contact"},
    }};
    const json::value& device = field(document, "device");
    TextTable table{{{"DEVICE"}, {text_of(field(device, "address"))}}};
    for (const auto& [title, key] : facts)
        if (!field(device, key).is_null()) table.add({title, text_of(field(device, key))});
    if (const json::value& uptime = field(device, "uptime_seconds"); !uptime.is_null())
        table.add({"up for", human_duration(uptime)});
    const json::value& poll = field(document, "poll");
    if (const auto answer = number_of(field(poll, "answer_seconds")))
        table.add(
            {"SNMP",
             "v" + text_of(field(device, "snmp_version")) + ", first answer in " +
                 human_latency(*answer)}
        );
    if (const auto whole = number_of(field(poll, "duration_seconds")))
        table.add({"read", plain(field(poll, "varbinds")) + " values in " + human_latency(*whole)});
    const json::value& ping = field(document, "ping");
    if (field(ping, "permitted") == false)
        table.add({"ping", "not permitted to this user (net.ipv4.ping_group_range)"});
    if (const auto answer = number_of(field(ping, "answer_seconds")))
        table.add({"ping", human_latency(*answer)});
    return table.text(false) + "\n";
}

} // namespace

std::string inspect_text(const json::value& document, bool colours)
{
    std::string out = device_text(document);
    for (const TableView& view : table_views)
        out += table_text(view, document, colours);
    const std::string facts = facts_text(document.as_object());
    if (!facts.empty()) out += facts + "\n";
    for (const json::value& anomaly : rows_of(document, "anomalies"))
        out += "odd: " + text_of(anomaly) + "\n";
    const json::value& verdict = field(document, "verdict");
    const bool ok = field(verdict, "ok") == true;
    const std::string sentence = text_of(field(field(document, "device"), "address")) + " " +
                                 text_of(field(verdict, "text"));
    out += toned(sentence, ok ? Tone::plain : Tone::bad, colours) + "\n";
    if (!field(verdict, "remedy").is_null())
        out += "Try: " + text_of(field(verdict, "remedy")) + "\n";
    return out;
}

} // namespace hallmonitor::agent
