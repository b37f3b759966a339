#include "collector/io/commands.hpp"

#include "collector/io/control_client.hpp"
#include "collector/report/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <functional>
#include <iostream>
#include <optional>
#include <thread>

#include <unistd.h>

namespace hallmonitor::collector {
namespace {

namespace json = boost::json;

constexpr int found_fault = 1;
constexpr auto clear_screen = "\x1b[H\x1b[2J";

std::string query_of(const AskOptions& options, bool has_range)
{
    std::string query;
    const auto add = [&](const char* name, const std::string& value) {
        if (value.empty()) return;
        query.append(query.empty() ? "?" : "&").append(name).append("=").append(escape_query(value));
    };
    add("site", options.site);
    if (has_range) add("since", options.since);
    if (has_range) add("until", options.until);
    return query;
}

std::optional<json::value> ask(const AskOptions& options, const std::string& target)
{
    std::string problem;
    auto document = ask_collector(options.socket, target, problem);
    if (!document) std::cerr << problem << '\n';
    return document;
}

using ToText = std::function<std::string(const json::value&)>;

std::optional<json::value>
ask_and_print(const AskOptions& options, const std::string& target, const ToText& to_text)
{
    auto document = ask(options, target);
    if (!document) return document;
    if (options.json) {
        std::cout << json::serialize(*document) << '\n';
    } else {
        std::cout << to_text(*document);
    }
    std::cout.flush();
    return document;
}

bool has_down_device(const json::value& document)
{
    const json::array& devices = document.at("devices").as_array();
    return std::any_of(devices.begin(), devices.end(), [](const json::value& device) {
        return device.at("state") == "down";
    });
}

} // namespace

int print_status(const AskOptions& options)
{
    const TextOptions text{.colour = isatty(STDOUT_FILENO) != 0, .all = options.all};
    const std::string target = "/api/v1/devices" + query_of(options, false);
    const bool repeats = options.watch_seconds > 0;
    for (;;) {
        const auto document = ask_and_print(options, target, [&](const json::value& value) {
            return (repeats && text.colour ? clear_screen : "") + status_text(value, text);
        });
        if (!document) return found_fault;
        if (!repeats) return has_down_device(*document) ? found_fault : 0;
        std::this_thread::sleep_for(std::chrono::duration<double>(options.watch_seconds));
    }
}

int print_report(const AskOptions& options)
{
    const std::string target = "/api/v1/report" + query_of(options, true);
    return ask_and_print(options, target, report_text) ? 0 : found_fault;
}

int print_outages(const AskOptions& options)
{
    const std::string target = "/api/v1/outages" + query_of(options, true);
    return ask_and_print(options, target, outages_text) ? 0 : found_fault;
}

int print_agents(const AskOptions& options)
{
    const std::string target = "/api/v1/agents" + query_of(options, false);
    return ask_and_print(options, target, agents_text) ? 0 : found_fault;
}

} // namespace hallmonitor::collector
