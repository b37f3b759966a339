#include "collector/health/event_log.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

constexpr std::size_t events_shown = 1'000;

} // namespace

void EventLog::add(const AgentId& agent, PlacedEvent event)
{
    show(agent, event);
    news_.push_back({agent, std::move(event)});
}

void EventLog::show(const AgentId& agent, const PlacedEvent& event)
{
    // History brings older ones after newer ones.
    const auto place = std::upper_bound(
        shown_.begin(),
        shown_.end(),
        event.wall,
        [](WallTime at, const EventView& shown) { return at < shown.at; }
    );
    shown_.insert(place, {event.wall, agent, event.event});
    if (shown_.size() > events_shown) shown_.pop_front();
}

void EventLog::trim(WallTime limit)
{
    while (!shown_.empty() && shown_.front().at < limit)
        shown_.pop_front();
}

Event restart_event(const TableState::Restart& restart, const std::string& device)
{
    return {
        .at = {},
        .device = device,
        .kind = restart.is_whole ? "device_restarted" : "snmp_agent_restarted",
        .text = device + (restart.is_whole ? " restarted: its uptime began anew"
                                           : " restarted its SNMP agent alone: counters went on"),
    };
}

Event left_event(const std::string& device, const std::string& agent)
{
    return {
        .at = {},
        .device = device,
        .kind = "device_left",
        .text = device + " left the configuration of agent " + agent +
                ": its series end, its history stays",
    };
}

} // namespace hallmonitor::collector
