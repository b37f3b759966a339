#include "agent/inspect/verdict.hpp"

#include "agent/inspect/interface_cells.hpp"
#include "common/model/status.hpp"
#include "common/report/human.hpp"

#include <chrono>
#include <cmath>

namespace hallmonitor::agent {
namespace {

using std::chrono::duration;

std::string latency_text(std::chrono::microseconds time)
{
    return human_latency(duration<double>(time).count());
}

std::string community_text(const SecretOrigin& origin)
{
    const bool is_default = origin.kind == SecretOrigin::Kind::written;
    return is_default ? "the default community 'public'" : "the community in " + origin.name;
}

// What to look at where SNMP alone is silent.
std::string snmp_settings_remedy(const Evidence& evidence)
{
    const SnmpSettings& asked = evidence.as_configured.snmp;
    const std::string us = evidence.own_address.empty() ? "" : " (" + evidence.own_address + ")";
    const bool is_v3 = asked.version == SnmpVersion::v3;
    const std::string who =
        is_v3 ? "user '" + asked.usm.user + "'" : community_text(asked.community.origin());
    return "on the device, see that SNMPv" + std::string{version_text(asked.version)} +
           " is on, that it knows " + who +
           ", and that its access list and view admit this machine" + us + "; another " +
           (is_v3 ? "user is given by --credentials FILE"
                  : "community is given by --credentials FILE or HALLMONITOR_COMMUNITY");
}

Verdict verdict_of(const Finding& finding)
{
    return {.text = statement(finding), .remedy = std::string{remedy(finding.what)}};
}

Verdict silence(const Evidence& evidence)
{
    const auto& outcome = evidence.as_configured.outcome;
    const bool is_v3 = evidence.as_configured.snmp.version == SnmpVersion::v3;
    // Replies that were not believed explain a silence better than anything else.
    if (outcome && !outcome->findings.empty()) return verdict_of(outcome->findings.front());
    if (evidence.send_failed)
        return {
            .text = "cannot be asked: this machine has no way to send to it",
            .remedy = "see 'ip route get " + evidence.address.host() + "' and the local firewall"};
    if (evidence.port_refused)
        return {
            .text = "is there, but nothing listens on its UDP port " +
                    std::to_string(evidence.address.port) + " (ICMP port unreachable)",
            .remedy = "switch its SNMP agent on, or give the port on which it listens: HOST:PORT"};
    if (evidence.ping_rtt)
        return {
            .text = "answers ping in " + latency_text(*evidence.ping_rtt) + ", but not SNMP: its " +
                    (is_v3 ? "access list keeps us out, or SNMPv3 is off"
                           : "community, access list or view refuses us, or SNMP is off") +
                    "; the protocol does not say which",
            .remedy = snmp_settings_remedy(evidence)};
    if (!evidence.can_ping)
        return {
            .text = "does not answer SNMP, and whether it is alive at all is not known, since this "
                    "user may not ping (net.ipv4.ping_group_range)",
            .remedy = "ping it in another way; if it is alive: " + snmp_settings_remedy(evidence)};
    const std::string routers = evidence.host_unreachable
                                    ? "; a router or this machine says that it cannot be reached"
                                    : "";
    return {
        .text = "answers neither ping nor SNMP: it is down, its address is another, or a firewall "
                "drops both" +
                routers,
        .remedy = "look at its power and cable, at its address, and at firewalls on the way from "
                  "this machine"};
}

// Read in another way than the agent's usual one.
Verdict needs_setting(const Evidence& evidence)
{
    if (!evidence.patient.answered()) {
        const std::string version{version_text(evidence.other_version.snmp.version)};
        return {
            .text = "answers SNMPv" + version + " alone, not v" +
                    std::string{version_text(evidence.as_configured.snmp.version)},
            .remedy = "write 'snmp: {version: " + version +
                      "}' for this device, or ask with --snmp " + version};
    }
    const auto limit = evidence.as_configured.snmp.timeout;
    const double seconds = duration<double>(*evidence.patient.first_answer).count();
    const auto enough = static_cast<long>(std::ceil(seconds * 4) * 500); // twice, in half seconds
    return {
        .text = "answers after " + human_latency(seconds) + ", later than the " +
                latency_text(limit) + " that the agent waits",
        .remedy = "write 'snmp: {timeout_milliseconds: " + std::to_string(enough) +
                  "}' for this device; find out why it is so slow: a busy processor, a long or "
                  "lossy line, or a limit on what it answers a second"};
}

constexpr auto widen_view =
    "let the community see .1.3.6.1.2.1; Debian's snmpd shows only the system group until "
    "'view systemonly included .1.3.6.1.2.1' stands in /etc/snmp/snmpd.conf";

constexpr auto large_replies =
    "look at its load, and whether large replies are lost on the way: 'snmp: {max_repetitions: 1}' "
    "asks for less at a time";

// Interfaces that read well are not all.
Verdict with_facts(Verdict verdict, const Attempt& attempt)
{
    if (!verdict.ok) return verdict;
    if (!attempt.is_over())
        return {
            .text = "its interfaces are read, but not within a minute what its profile names",
            .remedy = large_replies};
    if (!attempt.facts) return verdict;
    std::string failed;
    std::size_t count = 0;
    for (const auto& [name, state] : attempt.facts->facts.tables) {
        if (state != TableRead::failed) continue;
        failed += (count++ == 0 ? "" : ", ") + name;
    }
    if (count == 0) return verdict;
    return {
        .text = "reads with gaps: its interfaces are read, but " + counted(count, "table") +
                " of its profile broke off (" + failed + ")",
        .remedy = large_replies};
}

Verdict interfaces_verdict(const PollOutcome& outcome, std::size_t rows)
{
    std::size_t up = 0;
    std::size_t off = 0;
    std::size_t told = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const Cell oper = interface_cell(outcome, row, Metric::if_oper_status);
        const Cell admin = interface_cell(outcome, row, Metric::if_admin_status);
        if (!oper) continue;
        ++told;
        if (admin == static_cast<std::uint64_t>(AdminStatus::down)) {
            ++off;
        } else if (oper == static_cast<std::uint64_t>(OperStatus::up)) {
            ++up;
        }
    }
    const std::string shown = counted(rows, "interface");
    if (told == 0)
        return {
            .text = "shows " + shown + ", but the state of none: its view is restricted",
            .remedy = widen_view};
    std::string states = shown + ", " + std::to_string(up) + " up, " +
                         std::to_string(told - up - off) + " not up, " + std::to_string(off) +
                         " switched off";
    if (told < rows) states += ", " + std::to_string(rows - told) + " without a state";
    if (2 * told < rows) return {.text = "reads with gaps: " + states, .remedy = widen_view};
    return {.ok = true, .text = "reads well: " + states, .remedy = {}};
}

Verdict reading(const Attempt& attempt)
{
    if (!attempt.outcome)
        return {
            .text = "answers SNMP, but its tables could not be read within a minute",
            .remedy = large_replies};
    const PollOutcome& outcome = *attempt.outcome;
    const InterfaceInventory* inventory = attempt.poll->inventory();
    if (outcome.anomaly) return verdict_of(outcome.findings.front());
    const Finding* const fault = first_fault(outcome.findings);
    const std::size_t rows = inventory == nullptr ? 0 : inventory->size();
    const bool names_alone = !outcome.reading && outcome.problem.empty() && rows > 0;
    if (fault == nullptr && (outcome.reading || names_alone))
        return with_facts(interfaces_verdict(outcome, rows), attempt);
    if (outcome.reading || names_alone) {
        Verdict verdict = verdict_of(*fault);
        verdict.text = (names_alone ? "tells names alone, and " : "is read, but ") + verdict.text;
        return verdict;
    }
    if (inventory != nullptr && inventory->size() == 0)
        return {
            .text = "answers SNMP but shows no interfaces: it has none, or its view is restricted",
            .remedy = std::string{widen_view} +
                      "; a device without interfaces is watched by 'snmp: false' and ping"};
    // A problem is told as "what: remedy".
    const std::size_t end = outcome.problem.find(": ");
    if (end == std::string::npos)
        return {
            .text = outcome.problem, .remedy = "try again; if it stays so, restart its SNMP agent"};
    return {.text = outcome.problem.substr(0, end), .remedy = outcome.problem.substr(end + 2)};
}

} // namespace

Verdict judge(const Evidence& evidence)
{
    if (!evidence.resolve_problem.empty())
        return {
            .text = "is no name that resolves: " + evidence.resolve_problem,
            .remedy = "check the spelling, and this machine's DNS with 'getent hosts'"};
    const Attempt* best = evidence.best();
    if (best == nullptr) return silence(evidence);
    if (best != &evidence.as_configured) return needs_setting(evidence);
    return reading(*best);
}

} // namespace hallmonitor::agent
