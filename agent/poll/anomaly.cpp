#include "agent/poll/anomaly.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hallmonitor::agent {
namespace {

enum class Grade : std::uint8_t { harmless, wrong, broken };

struct Wording {
    Anomaly what;
    Grade grade;
    std::string_view topic;
    std::string_view statement; // {oid} and {detail} are filled in
    std::string_view remedy;
};

constexpr std::array<Wording, anomalies> wordings{{
    {Anomaly::other_source,
     Grade::wrong,
     "replies from another address",
     "is answered for by {detail}, which was not asked (object {oid}), and such replies are not "
     "believed",
     "poll the address that it answers from, or make its SNMP agent answer from the one asked; if "
     "it is not the device, somebody forges its replies"},
    {Anomaly::other_community,
     Grade::wrong,
     "replies with another community",
     "answers with another community or version than it is asked with (object {oid}), and such "
     "replies are not believed",
     "set the same in both places and restart its SNMP agent; if it is not the device, somebody "
     "forges its replies"},
    {Anomaly::stray_replies,
     Grade::wrong,
     "replies that answer nothing asked",
     "sends replies to no request in flight ({detail} in one cycle, object {oid})",
     "raise timeout_milliseconds if it is slow, look for a loop in the network if replies are "
     "doubled, else restart its SNMP agent or update its firmware"},
    {Anomaly::garbled_replies,
     Grade::wrong,
     "garbled replies",
     "sends replies that are no SNMP ({detail} in one cycle, to a request for {oid})",
     "restart its SNMP agent, update its firmware, and look for what changes UDP on the way"},
    {Anomaly::unproven_replies,
     Grade::wrong,
     "replies that are not authentic",
     "sends SNMPv3 replies that are not authentic or not of the level asked for ({detail} in one "
     "cycle, to a request for {oid}), and they are not believed",
     "restart its SNMP agent or update its firmware; if it is not the device, somebody forges its "
     "replies"},
    {Anomaly::other_objects,
     Grade::broken,
     "answers for other objects",
     "answers for other objects than those asked for ({detail} times in one cycle, in place of "
     "{oid} and what goes with it), and such replies are not believed",
     "restart its SNMP agent or update its firmware; if it is not the device, somebody forges its "
     "replies"},
    {Anomaly::garbled_varbinds,
     Grade::broken,
     "garbled values",
     "sends values that are no SNMP at {oid}",
     "restart its SNMP agent or update its firmware"},
    {Anomaly::not_increasing,
     Grade::broken,
     "tables that go in circles",
     "goes in circles: OIDs do not increase at {oid}",
     "restart its SNMP agent, update its firmware, or take that table out of its SNMP view"},
    {Anomaly::nothing_new,
     Grade::broken,
     "tables that do not move on",
     "answers with nothing new at {oid}",
     "restart its SNMP agent or update its firmware"},
    {Anomaly::endless_table,
     Grade::broken,
     "tables without an end",
     "shows a table without an end ({detail} at {oid})",
     "restart its SNMP agent, update its firmware, or take that table out of its SNMP view"},
    {Anomaly::error_status,
     Grade::wrong,
     "SNMP errors",
     "answers with SNMP error {detail} for {oid} alone",
     "restart its SNMP agent, update its firmware, or take that object out of its SNMP view"},
    {Anomaly::steps_back,
     Grade::wrong,
     "steps back in tables",
     "answers with an earlier object, {oid}, where a table goes on or ends, so that rows may be "
     "missing",
     "restart its SNMP agent, update its firmware, or take that table out of its SNMP view"},
    {Anomaly::exception_in_table,
     Grade::wrong,
     "gaps in tables",
     "says \"no such instance\" in the middle of a table ({detail}, first at {oid}), and those "
     "values are missing",
     "restart its SNMP agent or update its firmware"},
    {Anomaly::rows_missing,
     Grade::wrong,
     "fewer interfaces than it has",
     "shows {detail} interfaces that it says it has (ifNumber, {oid})",
     "widen its SNMP view to all of 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31, else restart its SNMP agent"},
    {Anomaly::uptime_missing,
     Grade::wrong,
     "no sysUpTime",
     "does not tell its sysUpTime ({oid}), without which restarts look like counters that step "
     "back",
     "widen its SNMP view to 1.3.6.1.2.1.1, else update its firmware"},
    {Anomaly::uptime_frozen,
     Grade::wrong,
     "a sysUpTime that stands still",
     "has a sysUpTime that stands still at {detail} ({oid}), so it is not used",
     "restart its SNMP agent or update its firmware"},
    {Anomaly::wrong_type,
     Grade::wrong,
     "values of a wrong type",
     "gives what is no number where a number belongs ({detail}, first at {oid}), and those values "
     "are missing",
     "update its firmware or restart its SNMP agent"},
    {Anomaly::unknown_state,
     Grade::wrong,
     "states that no MIB knows",
     "gives states that its MIB does not know ({detail}, first at {oid}), and such ports are "
     "neither up nor down",
     "update its firmware or restart its SNMP agent"},
    {Anomaly::speed_implausible,
     Grade::wrong,
     "speeds that no port has",
     "gives an ifHighSpeed that no port has ({detail}, first at {oid}), so ifSpeed is taken or the "
     "speed is unknown",
     "update its firmware; it may give bit/s in the place of Mbit/s"},
    {Anomaly::counters_frozen,
     Grade::harmless,
     "64-bit counters that stand still",
     "has 64-bit counters that stand at 0 beside live 32-bit ones ({detail}, first at {oid}), "
     "which are read instead",
     "update its firmware; until then poll it every 30 s or sooner, since at 1 Gbit/s 32 bits wrap "
     "in 34 s"},
    {Anomaly::counters_back,
     Grade::wrong,
     "counters that go back",
     "has counters that went back without a restart ({detail}, first at {oid}), and nothing is "
     "counted for that step",
     "if nobody has cleared them, update its firmware"},
    {Anomaly::counters_too_fast,
     Grade::wrong,
     "counters faster than the line",
     "counts far more than its lines can carry ({detail}, first at {oid}), and no rate is shown "
     "for that step",
     "correct the speed of the port if that is wrong, else update its firmware"},
    {Anomaly::counters_cached,
     Grade::wrong,
     "counters that stand still between polls",
     "renews its counters more seldom than it is polled ({detail}, first seen at {oid}), so that "
     "rates are taken over more than one poll",
     "raise poll_interval_seconds for this device"},
    {Anomaly::names_ambiguous,
     Grade::harmless,
     "interfaces without a name of their own",
     "has interfaces whose names are empty or alike ({detail}, first at {oid}), so that they are "
     "known by MAC address, or by ifIndex, which may move at a restart",
     "give each interface a name of its own, or update its firmware"},
    {Anomaly::wild_text,
     Grade::harmless,
     "texts with control characters or too long",
     "has texts with control characters or of more than 256 octets ({detail}, first at {oid}), and "
     "is shown without them",
     "correct the text on the device; if nobody wrote it, look for who did"},
}};

const Wording& wording(Anomaly what)
{
    const Wording& found = wordings.at(static_cast<std::size_t>(what));
    INVARIANT(found.what == what);
    return found;
}

} // namespace

void add_finding(
    std::vector<Finding>& findings, Anomaly what, const Oddity& odd, std::string_view thing
)
{
    if (odd.count == 0) return;
    std::string detail = std::to_string(odd.count) + " ";
    detail += thing;
    if (odd.count > 1) detail += 's';
    findings.push_back({.what = what, .oid = odd.first_oid, .detail = std::move(detail)});
}

void add_findings(std::vector<Finding>& findings, const std::vector<Finding>& more)
{
    for (const Finding& finding : more)
        if (!has(findings, finding.what)) findings.push_back(finding);
}

bool has(const std::vector<Finding>& findings, Anomaly what)
{
    return std::any_of(findings.begin(), findings.end(), [what](const Finding& finding) {
        return finding.what == what;
    });
}

bool breaks_protocol(Anomaly what)
{
    return wording(what).grade == Grade::broken;
}

bool is_harmless(Anomaly what)
{
    return wording(what).grade == Grade::harmless;
}

const Finding* first_fault(const std::vector<Finding>& findings)
{
    for (const Finding& finding : findings)
        if (!is_harmless(finding.what)) return &finding;
    return nullptr;
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
