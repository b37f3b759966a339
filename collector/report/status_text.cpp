#include "collector/report/rows.hpp"
#include "collector/report/text.hpp"
#include "common/report/text_table.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace hallmonitor::collector {
namespace {

namespace json = boost::json;

constexpr std::size_t most_problems = 20; // told in words; the table has all

bool is_state(const json::value& row, std::string_view state)
{
    return field(row, "state") == json::string_view{state.data(), state.size()};
}

bool is_watched(const json::value& row)
{
    return field(row, "watched") == true;
}

Tone tone_of(const json::value& row)
{
    if (is_state(row, "down")) return Tone::bad;
    return is_state(row, "unknown") ? Tone::doubtful : Tone::plain;
}

// Watched ones first, then those in use: 0, 1, 2.
int rank(const json::value& interface)
{
    if (is_watched(interface)) return 0;
    return is_state(interface, "up") ? 1 : 2;
}

std::vector<const json::value*> ranked_interfaces(const json::value& device)
{
    std::vector<const json::value*> rows;
    for (const json::value& row : rows_of(device, "interfaces"))
        rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
        return rank(*a) < rank(*b);
    });
    return rows;
}

// How long a state has lasted at the document's time.
std::string since_text(const json::value& row, const json::value& document, const ZoneOffset& zone)
{
    const auto since = parse_moment(text_of(field(row, "since")), {});
    const auto at = parse_moment(text_of(field(document, "at")), {});
    if (!since || !at || since->since_epoch.count() == 0) return {};
    const double seconds = std::chrono::duration<double>(*at - *since).count();
    return " since " + to_local(*since, zone) + " (" + human_duration(seconds) + ")";
}

std::string alias_of(const json::value& interface)
{
    const auto& alias = field(interface, "alias");
    return alias.is_string() ? text_of(alias) : std::string{};
}

// One line for each thing that is wrong now.
std::vector<std::string> problems(const json::value& document, const TextOptions& options)
{
    std::vector<std::string> lines;
    for (const json::value& trouble : rows_of(document, "troubles"))
        lines.push_back(text_of(trouble));
    for (const json::value& agent : rows_of(document, "silent_agents"))
        lines.push_back(
            "Agent " + text_of(field(agent, "site")) + "/" + text_of(field(agent, "agent")) +
            " is silent" + since_text(agent, document, options.zone) +
            ": what it watches is unknown, not down."
        );
    for (const json::value& agent : rows_of(document, "contested_agents"))
        lines.push_back(
            "Agent " + text_of(field(agent, "site")) + "/" + text_of(field(agent, "agent")) +
            ": a second machine uses its certificate and is refused; /api/v1/events names both."
        );
    for (const json::value& device : rows_of(document, "devices")) {
        const std::string name = object_name(device);
        if (is_state(device, "down")) {
            lines.push_back(name + " is DOWN" + since_text(device, document, options.zone) + ".");
            continue;
        }
        if (is_state(device, "up") && field(device, "snmp_up") == false) {
            const bool pings = field(device, "ping_up") == true;
            lines.push_back(
                name +
                (pings ? " answers ping but not SNMP" : " is there but does not answer SNMP") +
                ": look at its community and access list."
            );
        }
        for (const json::value& concern : rows_of(device, "concerns"))
            lines.push_back(name + ": " + text_of(field(concern, "text")) + ".");
        for (const json::value& row : rows_of(device, "interfaces")) {
            if (!is_watched(row) || !is_state(row, "down")) continue;
            const std::string alias = alias_of(row);
            lines.push_back(
                name + " " + text_of(field(row, "interface")) +
                (alias.empty() ? "" : " (" + alias + ")") + " is DOWN" +
                since_text(row, document, options.zone) + "."
            );
        }
    }
    return lines;
}

// "2 devices: 1 up, 1 down".
std::string summary(const json::array& devices)
{
    std::array<std::size_t, 3> counts{};
    for (const json::value& device : devices)
        ++counts.at(is_state(device, "up") ? 0 : is_state(device, "down") ? 1 : 2);
    std::string out = counted(devices.size(), "device") + ": " + std::to_string(counts[0]) +
                      " up, " + std::to_string(counts[1]) + " down";
    if (counts[2] > 0) out += ", " + std::to_string(counts[2]) + " unknown (no evidence)";
    return out;
}

std::string utilization(const json::value& row)
{
    const auto in = number_of(field(row, "in_utilization"));
    const auto out = number_of(field(row, "out_utilization"));
    if (!in && !out) return "-";
    return human_percent(std::max(in.value_or(0), out.value_or(0)), 1);
}

void add_interface(TextTable& table, const json::value& device, const json::value& row)
{
    table.add(
        {text_of(field(device, "site")),
         text_of(field(device, "device")),
         text_of(field(row, "interface")),
         text_of(field(row, "state")),
         human_rate(field(row, "speed_bps")),
         human_rate(field(row, "in_bps")),
         human_rate(field(row, "out_bps")),
         utilization(row),
         alias_of(row)},
        tone_of(row)
    );
}

} // namespace

std::string status_text(const json::value& document, const TextOptions& options)
{
    const json::array& devices = rows_of(document, "devices");
    std::string out =
        summary(devices) + " at " + human_time(field(document, "at"), options.zone) + "\n";
    const auto wrong = problems(document, options);
    for (std::size_t i = 0; i < std::min(wrong.size(), most_problems); ++i)
        out += "  " + toned(wrong[i], Tone::bad, options.colour) + "\n";
    if (wrong.size() > most_problems)
        out += "  ... and " + std::to_string(wrong.size() - most_problems) + " more.\n";
    if (devices.empty()) return out + "No agent has told of a device yet.\n";

    TextTable table{{
        {"SITE"},
        {"DEVICE"},
        {"INTERFACE"},
        {"STATE"},
        {"SPEED", Align::right},
        {"IN", Align::right},
        {"OUT", Align::right},
        {"USED", Align::right},
        {"ALIAS"},
    }};
    std::size_t hidden = 0;
    for (const json::value& device : devices) {
        const std::string site = text_of(field(device, "site"));
        const std::string name = text_of(field(device, "device"));
        const std::string state = text_of(field(device, "state"));
        table.add({site, name, "", state, "", "", "", "", ""}, tone_of(device));
        for (const json::value* row : ranked_interfaces(device)) {
            if (options.all || rank(*row) < 2) {
                add_interface(table, device, *row);
            } else {
                ++hidden;
            }
        }
    }
    out += "\n" + table.text(options.colour);
    if (hidden > 0)
        out += "\n" + counted(hidden, "interface") +
               " neither up nor watched left out; --all shows all.\n";
    return out;
}

} // namespace hallmonitor::collector
