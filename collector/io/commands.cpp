#include "collector/io/commands.hpp"

#include "collector/io/control_client.hpp"
#include "collector/report/rows.hpp"
#include "collector/report/text.hpp"
#include "common/io/clock.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>

namespace hallmonitor::collector {
namespace {

namespace json = boost::json;

constexpr int found_fault = 1;
constexpr int wrong_usage = 2;
constexpr auto clear_screen = "\x1b[H\x1b[2J";

// Of this machine's time zone.
std::chrono::seconds zone_offset(WallTime at)
{
    const auto moment =
        static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(at.since_epoch).count());
    std::tm local{};
    localtime_r(&moment, &local);
    return std::chrono::seconds{local.tm_gmtoff};
}

TextOptions text_options(const AskOptions& options)
{
    return {.colour = isatty(STDOUT_FILENO) != 0, .all = options.all, .zone = zone_offset};
}

void add_to(std::string& query, const char* name, const std::string& value)
{
    if (value.empty()) return;
    query.append(query.empty() ? "?" : "&").append(name).append("=").append(escape_query(value));
}

// Dates are meant in the time zone of whoever writes them; the collector takes UTC. Empty, with a
// sentence on stderr, when a time is none.
std::optional<std::string> query_of(const AskOptions& options, bool has_range)
{
    std::string query;
    add_to(query, "site", options.site);
    if (!has_range) return query;
    for (const auto& [name, text] :
         {std::pair{"since", &options.since}, std::pair{"until", &options.until}}) {
        if (text->empty()) continue;
        const auto moment = parse_moment(*text, wall_now(), zone_offset);
        if (!moment) {
            std::cerr << "--" << name << " '" << *text
                      << "' is no time: write a span like 30m, 24h or 7d, a date like 2026-11-24, "
                         "or a time like 2026-11-24T08:00\n";
            return std::nullopt;
        }
        add_to(query, name, to_rfc3339(*moment));
    }
    return query;
}

using ToText = std::string (*)(const json::value&, const TextOptions&);

std::optional<json::value> ask_and_print(
    const AskOptions& options, const std::string& target, ToText to_text
)
{
    std::string problem;
    auto document = ask_collector(options.socket, target, problem);
    if (!document) {
        std::cerr << problem << '\n';
        return document;
    }
    const TextOptions text = text_options(options);
    if (options.json) {
        std::cout << json::serialize(*document) << '\n';
    } else {
        if (options.watch_seconds > 0 && text.colour) std::cout << clear_screen;
        std::cout << to_text(*document, text);
    }
    std::cout.flush();
    return document;
}

int print(const AskOptions& options, const std::string& path, bool has_range, ToText to_text)
{
    const auto query = query_of(options, has_range);
    if (!query) return wrong_usage;
    return ask_and_print(options, path + *query, to_text) ? 0 : found_fault;
}

bool has_down_device(const json::value& document)
{
    const json::array& devices = rows_of(document, "devices");
    return std::any_of(devices.begin(), devices.end(), [](const json::value& device) {
        return field(device, "state") == "down";
    });
}

} // namespace

int print_status(const AskOptions& options)
{
    const auto query = query_of(options, false);
    while (query) {
        const auto document = ask_and_print(options, "/api/v1/devices" + *query, status_text);
        if (!document) return found_fault;
        if (options.watch_seconds <= 0) return has_down_device(*document) ? found_fault : 0;
        std::this_thread::sleep_for(std::chrono::duration<double>(options.watch_seconds));
    }
    return wrong_usage;
}

int print_report(const AskOptions& options)
{
    return print(options, "/api/v1/report", true, report_text);
}

int print_outages(const AskOptions& options)
{
    return print(options, "/api/v1/outages", true, outages_text);
}

int print_agents(const AskOptions& options)
{
    return print(options, "/api/v1/agents", false, agents_text);
}

} // namespace hallmonitor::collector
