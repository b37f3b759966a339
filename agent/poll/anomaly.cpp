#include "agent/poll/anomaly.hpp"

#include "common/check.hpp"

#include <array>

namespace hallmonitor::agent {
namespace {

struct Wording {
    Anomaly what;
    bool breaks_protocol;
    std::string_view topic;
    std::string_view statement; // {oid} and {detail} are filled in
    std::string_view remedy;
};

constexpr std::array<Wording, anomalies> wordings{{
    {Anomaly::other_source,
     false,
     "replies from another address",
     "is answered for by {detail}, which was not asked (object {oid}), and such replies are not "
     "believed",
     "poll the address that it answers from, or make its SNMP agent answer from the one asked; if "
     "it is not the device, somebody forges its replies"},
    {Anomaly::other_community,
     false,
     "replies with another community",
     "answers with another community or version than it is asked with (object {oid}), and such "
     "replies are not believed",
     "set the same in both places and restart its SNMP agent; if it is not the device, somebody "
     "forges its replies"},
    {Anomaly::stray_replies,
     false,
     "replies that answer nothing asked",
     "sends replies to no request in flight ({detail} in one cycle, object {oid})",
     "raise timeout_milliseconds if it is slow, look for a loop in the network if replies are "
     "doubled, else restart its SNMP agent or update its firmware"},
    {Anomaly::garbled_replies,
     false,
     "garbled replies",
     "sends replies that are no SNMP ({detail} in one cycle, to a request for {oid})",
     "restart its SNMP agent, update its firmware, and look for what changes UDP on the way"},
    {Anomaly::unproven_replies,
     false,
     "replies that are not authentic",
     "sends SNMPv3 replies that are not authentic or not of the level asked for ({detail} in one "
     "cycle, to a request for {oid}), and they are not believed",
     "restart its SNMP agent or update its firmware; if it is not the device, somebody forges its "
     "replies"},
    {Anomaly::other_objects,
     true,
     "answers for other objects",
     "answers for other objects than those asked for ({detail} times in one cycle, in place of "
     "{oid} and what goes with it), and such replies are not believed",
     "restart its SNMP agent or update its firmware; if it is not the device, somebody forges its "
     "replies"},
    {Anomaly::garbled_varbinds,
     true,
     "garbled values",
     "sends values that are no SNMP at {oid}",
     "restart its SNMP agent or update its firmware"},
    {Anomaly::not_increasing,
     true,
     "tables that go in circles",
     "goes in circles: OIDs do not increase at {oid}",
     "restart its SNMP agent, update its firmware, or take that table out of its SNMP view"},
    {Anomaly::nothing_new,
     true,
     "tables that do not move on",
     "answers with nothing new at {oid}",
     "restart its SNMP agent or update its firmware"},
    {Anomaly::endless_table,
     true,
     "tables without an end",
     "shows a table without an end ({detail} at {oid})",
     "restart its SNMP agent, update its firmware, or take that table out of its SNMP view"},
    {Anomaly::error_status,
     false,
     "SNMP errors",
     "answers with SNMP error {detail} for {oid} alone",
     "restart its SNMP agent, update its firmware, or take that object out of its SNMP view"},
    {Anomaly::steps_back,
     false,
     "steps back in tables",
     "answers with an earlier object, {oid}, where a table goes on or ends, so that rows may be "
     "missing",
     "restart its SNMP agent, update its firmware, or take that table out of its SNMP view"},
    {Anomaly::exception_in_table,
     false,
     "gaps in tables",
     "says \"no such instance\" in the middle of a table ({detail}, first at {oid}), and those "
     "values are missing",
     "restart its SNMP agent or update its firmware"},
    {Anomaly::rows_missing,
     false,
     "fewer interfaces than it has",
     "shows {detail} interfaces that it says it has (ifNumber, {oid})",
     "widen its SNMP view to all of 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31, else restart its SNMP agent"},
    {Anomaly::uptime_missing,
     false,
     "no sysUpTime",
     "does not tell its sysUpTime ({oid}), without which restarts look like counters that step "
     "back",
     "widen its SNMP view to 1.3.6.1.2.1.1, else update its firmware"},
    {Anomaly::uptime_frozen,
     false,
     "a sysUpTime that stands still",
     "has a sysUpTime that stands still at {detail} ({oid}), so it is not used",
     "restart its SNMP agent or update its firmware"},
}};

const Wording& wording(Anomaly what)
{
    const Wording& found = wordings.at(static_cast<std::size_t>(what));
    INVARIANT(found.what == what);
    return found;
}

} // namespace

bool breaks_protocol(Anomaly what)
{
    return wording(what).breaks_protocol;
}

std::string_view topic(Anomaly what)
{
    return wording(what).topic;
}

std::string statement(const Finding& finding)
{
    std::string out;
    std::string_view rest = wording(finding.what).statement;
    for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        const std::size_t close = rest.find('}', open);
        out += rest.substr(0, open);
        out += rest.substr(open, close - open + 1) == "{oid}" ? finding.oid : finding.detail;
        rest.remove_prefix(close + 1);
    }
    return out.append(rest);
}

std::string_view remedy(Anomaly what)
{
    return wording(what).remedy;
}

std::string sentence(const Finding& finding)
{
    std::string out = statement(finding) + ": ";
    out += remedy(finding.what);
    if (breaks_protocol(finding.what)) out += "; until then it is polled less often";
    return out;
}

} // namespace hallmonitor::agent
