#include "collector/report/home_page.hpp"

#include "collector/report/concerns.hpp"
#include "collector/report/time_range.hpp"
#include "common/report/human.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hallmonitor::collector {
namespace {

std::string_view word(State state)
{
    switch (state) {
    case State::up: return "up";
    case State::down: return "down";
    default: return "unknown";
    }
}

// "3 devices: 1 up, 1 down, 1 unknown; 2 agents, 1 silent".
std::string summary(const Snapshot& snapshot)
{
    std::array<std::size_t, 3> counts{};
    for (const auto& device : snapshot.devices) {
        const State state = state_at(*device, snapshot.at);
        ++counts.at(state == State::up ? 0 : state == State::down ? 1 : 2);
    }
    const auto silent =
        std::count_if(snapshot.agents.begin(), snapshot.agents.end(), [&](const AgentView& agent) {
            return !is_up(agent, snapshot.at);
        });
    return counted(snapshot.devices.size(), "device") + ": " + std::to_string(counts[0]) + " up, " +
           std::to_string(counts[1]) + " down, " + std::to_string(counts[2]) + " unknown; " +
           counted(snapshot.agents.size(), "agent") + ", " + std::to_string(silent) + " silent";
}

std::string device_row(const DeviceView& device, WallTime now)
{
    const State state = state_at(device, now);
    const std::string_view name = word(state);
    std::string row =
        "<tr><td>" + html(device.id.site) + "</td><td>" + html(device.id.name) + "</td><td>";
    row += html(device.attributes.text(Attribute::address));
    row.append("</td><td class=\"").append(name).append("\">").append(name);
    row +=
        "</td><td class=\"number\">" + std::to_string(device.interfaces->rows.size()) + "</td><td>";
    std::string_view between;
    for (const Concern& concern : concerns_of(device, now))
        row.append(std::exchange(between, "; ")) += html(concern.text);
    return row + "</td></tr>\n";
}

} // namespace

std::string html(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string home_page(const Snapshot& snapshot)
{
    std::string page =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<title>Hallmonitor</title><link rel=\"stylesheet\" href=\"/style.css\"></head><body>\n"
        "<h1>Hallmonitor</h1>\n<p>At " +
        html(to_rfc3339(snapshot.at)) + ": " + summary(snapshot) + ".</p>\n";
    page += "<table><thead><tr><th>Site</th><th>Device</th><th>Address</th><th>State</th>"
            "<th>Interfaces</th><th>Look at</th></tr></thead><tbody>\n";
    for (const auto& device : snapshot.devices)
        page += device_row(*device, snapshot.at);
    page += "</tbody></table>\n<h2>For programs</h2>\n<ul>\n";
    for (const char* path : {
             "/metrics",
             "/metrics/ifmib",
             "/metrics/self",
             "/sd",
             "/api/v1/devices",
             "/api/v1/report?since=24h",
             "/api/v1/outages?since=24h",
             "/api/v1/agents",
             "/api/v1/events",
             "/-/ready",
         })
        page += "<li><a href=\"" + html(path) + "\">" + html(path) + "</a></li>\n";
    return page + "</ul></body></html>\n";
}

std::string style_sheet()
{
    return "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
           "1rem;"
           "color:#1c2430;background:#fff}\n"
           "table{border-collapse:collapse;width:100%}\n"
           "th,td{text-align:left;padding:.35rem .75rem;border-bottom:1px solid #d8dde5}\n"
           "td.number{text-align:right}\ntd.up{color:#0b6b3a}\ntd.down{color:#b00020;font-weight:"
           "600}\n"
           "td.unknown{color:#8a5a00}\n";
}

} // namespace hallmonitor::collector
