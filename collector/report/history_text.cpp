#include "collector/report/rows.hpp"
#include "collector/report/text.hpp"
#include "common/report/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hallmonitor::collector {
namespace {

namespace json = boost::json;

constexpr double worrying_skew_seconds = 5;

bool is_word(const json::value& value, std::string_view word)
{
    return value == json::string_view{word.data(), word.size()};
}

// "14 devices and watched interfaces: 11 never down, 2 down at some time, 1 with too little
// evidence."
std::string report_summary(const json::array& rows)
{
    std::size_t never_down = 0;
    std::size_t down = 0;
    for (const json::value& row : rows) {
        if (number_of(field(row, "down_seconds")).value_or(0) > 0) {
            ++down;
        } else if (!field(row, "availability_ratio").is_null()) {
            ++never_down;
        }
    }
    const std::size_t doubtful = rows.size() - never_down - down;
    std::string out = std::to_string(rows.size()) +
                      " devices and watched interfaces: " + std::to_string(never_down) +
                      " never down, " + std::to_string(down) + " down at some time";
    if (doubtful > 0) out += ", " + std::to_string(doubtful) + " with too little evidence";
    return out + ".";
}

std::string end_text(const json::value& outage, const ZoneOffset& zone)
{
    const auto& state = field(outage, "state");
    if (is_word(state, "ongoing")) return "still down";
    const std::string end = human_time(field(outage, "to"), zone);
    return is_word(state, "unknown_after") ? end + ", then unknown" : end;
}

std::vector<const json::value*> ongoing_and_newest_first(const json::array& outages)
{
    std::vector<const json::value*> rows;
    for (const json::value& outage : outages)
        rows.push_back(&outage);
    std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
        const bool a_lasts = is_word(field(*a, "state"), "ongoing");
        const bool b_lasts = is_word(field(*b, "state"), "ongoing");
        if (a_lasts != b_lasts) return a_lasts;
        // RFC 3339 in UTC sorts as text.
        return text_of(field(*a, "from")) > text_of(field(*b, "from"));
    });
    return rows;
}

std::string skew_text(const json::value& agent)
{
    const auto skew = number_of(field(agent, "clock_skew_seconds"));
    if (!skew) return "-";
    if (std::abs(*skew) < 0.05) return "right";
    return human_duration(std::abs(*skew)) + (*skew > 0 ? " ahead" : " behind");
}

// What to do about an agent, a line each.
std::string advice(const json::array& agents)
{
    std::string out;
    for (const json::value& agent : agents) {
        const std::string name =
            text_of(field(agent, "site")) + "/" + text_of(field(agent, "agent"));
        if (is_word(field(agent, "state"), "silent"))
            out +=
                "  " + name + " is silent: is its machine on, and can it reach port 7443 here?\n";
        if (std::abs(number_of(field(agent, "clock_skew_seconds")).value_or(0)) >
            worrying_skew_seconds)
            out += "  " + name +
                   "'s clock is wrong: its times of outages are too; set up NTP there.\n";
        if (!field(agent, "history_lag_seconds").is_null())
            out += "  " + name + " is still sending what waited, " +
                   human_duration(field(agent, "history_lag_seconds")) + " back.\n";
    }
    return out;
}

} // namespace

std::string report_text(const json::value& document, const TextOptions& options)
{
    const json::array& rows = rows_of(document, "objects");
    std::string out = "Uptime " + range_text(document, options.zone) + "\n";
    if (rows.empty()) return out + "No device has been seen yet.\n";
    TextTable table{{
        {"OBJECT"},
        {"AVAILABLE", Align::right},
        {"UP", Align::right},
        {"DOWN", Align::right},
        {"UNKNOWN", Align::right},
        {"EVIDENCE", Align::right},
    }};
    for (const json::value& row : rows) {
        const bool enough = !field(row, "availability_ratio").is_null();
        const bool was_down = number_of(field(row, "down_seconds")).value_or(0) > 0;
        table.add(
            {object_name(row),
             enough ? human_percent(field(row, "availability_ratio"), 3) : "too little evidence",
             human_duration(field(row, "up_seconds")),
             human_duration(field(row, "down_seconds")),
             human_duration(field(row, "unknown_seconds")),
             human_percent(field(row, "coverage_ratio"), 1)},
            was_down ? Tone::bad
            : enough ? Tone::plain
                     : Tone::doubtful
        );
    }
    out += report_summary(rows) + "\n\n" + table.text(options.colour);
    return out + "\nAvailable = up / (up + down). Unknown: an agent was silent or nothing was "
                 "observed.\n";
}

std::string outages_text(const json::value& document, const TextOptions& options)
{
    const json::array& outages = rows_of(document, "outages");
    const std::string range = range_text(document, options.zone);
    if (outages.empty()) return "No outages " + range + ".\n";
    TextTable table{{{"OBJECT"}, {"DOWN FROM"}, {"TO"}, {"DURATION", Align::right}}};
    std::size_t ongoing = 0;
    for (const json::value* outage : ongoing_and_newest_first(outages)) {
        const bool lasts = is_word(field(*outage, "state"), "ongoing");
        if (lasts) ++ongoing;
        table.add(
            {object_name(*outage),
             human_time(field(*outage, "from"), options.zone),
             end_text(*outage, options.zone),
             human_duration(field(*outage, "duration_seconds"))},
            lasts ? Tone::bad : Tone::plain
        );
    }
    return counted(outages.size(), "outage") + " " + range + ", " + std::to_string(ongoing) +
           " still going on.\n\n" + table.text(options.colour);
}

std::string agents_text(const json::value& document, const TextOptions& options)
{
    const json::array& agents = rows_of(document, "agents");
    if (agents.empty())
        return "No agent has connected yet: 'hallmonitor-collector issue' makes its certificate.\n";
    TextTable table{{
        {"SITE"},
        {"AGENT"},
        {"STATE"},
        {"LAG", Align::right},
        {"CLOCK", Align::right},
        {"FROM"},
        {"SOFTWARE"},
    }};
    std::size_t up = 0;
    for (const json::value& agent : agents) {
        const bool is_up = is_word(field(agent, "state"), "up");
        if (is_up) ++up;
        table.add(
            {text_of(field(agent, "site")),
             text_of(field(agent, "agent")),
             text_of(field(agent, "state")),
             human_duration(field(agent, "lag_seconds")),
             skew_text(agent),
             text_of(field(agent, "peer")),
             text_of(field(agent, "software"))},
            is_up ? Tone::plain : Tone::bad
        );
    }
    return counted(agents.size(), "agent") + ": " + std::to_string(up) + " up, " +
           std::to_string(agents.size() - up) + " silent\n" + advice(agents) + "\n" +
           table.text(options.colour);
}

} // namespace hallmonitor::collector
