#include "agent/inspect/document.hpp"

#include "agent/inspect/facts_part.hpp"
#include "agent/inspect/interface_cells.hpp"
#include "agent/inspect/verdict.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace json = boost::json;
using if_mib::Cold;

constexpr double ticks_per_second = 100; // TimeTicks, RFC 2578 section 7.1.8

constexpr std::array<const char*, 4> admin_words{"", "up", "down", "testing"};
constexpr std::array<const char*, 8> oper_words{
    "", "up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown"};

struct NumberKey {
    const char* key;
    Metric metric;
};
constexpr std::array<NumberKey, 12> counter_keys{{
    {"in_octets", Metric::if_in_octets},
    {"out_octets", Metric::if_out_octets},
    {"in_ucast", Metric::if_in_ucast},
    {"out_ucast", Metric::if_out_ucast},
    {"in_multicast", Metric::if_in_multicast},
    {"out_multicast", Metric::if_out_multicast},
    {"in_broadcast", Metric::if_in_broadcast},
    {"out_broadcast", Metric::if_out_broadcast},
    {"in_errors", Metric::if_in_errors},
    {"out_errors", Metric::if_out_errors},
    {"in_discards", Metric::if_in_discards},
    {"out_discards", Metric::if_out_discards},
}};

double seconds_of(std::chrono::microseconds time)
{
    return std::chrono::duration<double>(time).count();
}

// The word that a MIB has for a number, or the number where it has none.
json::value word_of(std::uint64_t number, std::span<const char* const> words)
{
    if (number > 0 && number < words.size()) return words[number];
    return number;
}

json::object device_part(const Evidence& evidence, const Attempt& attempt)
{
    constexpr std::array<std::pair<const char*, Attribute>, 5> facts{{
        {"sys_descr", Attribute::sys_descr},
        {"sys_object_id", Attribute::sys_object_id},
        {"sys_name", Attribute::sys_name},
        {"sys_location", Attribute::sys_location},
        {"sys_contact", Attribute::sys_contact},
    }};
    json::object part;
    part["address"] = evidence.target;
    part["snmp_version"] = std::string{version_text(attempt.snmp.version)};
    const Attributes known = attempt.poll->facts();
    for (const auto& [key, attribute] : facts) {
        if (const auto fact = known.find(attribute)) part[key] = *fact;
    }
    if (attempt.outcome && attempt.outcome->uptime)
        part["uptime_seconds"] = attempt.outcome->uptime->centiseconds / ticks_per_second;
    return part;
}

json::object interface_row(
    const InterfaceInventory& inventory, std::size_t number, const PollOutcome& outcome
)
{
    const Interface& interface = inventory.rows()[number];
    json::object row;
    row["if_index"] = interface.names.if_index;
    if (interface.has(Cold::name)) row["name"] = interface.names.name;
    if (interface.has(Cold::descr)) row["descr"] = interface.names.descr;
    if (interface.has(Cold::alias)) row["alias"] = interface.alias;
    if (interface.type) row["type"] = *interface.type;
    if (interface.has(Cold::phys_address)) row["mac"] = interface.names.mac;
    const auto cell = [&](Metric metric) { return interface_cell(outcome, number, metric); };
    if (const Cell speed = cell(Metric::if_speed)) row["speed_bps"] = *speed;
    if (const Cell admin = cell(Metric::if_admin_status))
        row["admin"] = word_of(*admin, admin_words);
    if (const Cell oper = cell(Metric::if_oper_status)) row["oper"] = word_of(*oper, oper_words);
    if (const Cell change = cell(Metric::if_last_change))
        row["last_change_seconds"] = static_cast<double>(*change) / ticks_per_second;
    for (const auto& [key, metric] : counter_keys)
        if (const Cell count = cell(metric)) row[key] = *count;
    for (const Metric octets : {Metric::if_in_octets, Metric::if_out_octets})
        if (cell(octets)) row["counter_bits"] = inventory.is_wide(number, octets) ? 64 : 32;
    return row;
}

json::array interfaces_part(const Attempt& attempt)
{
    json::array rows;
    const InterfaceInventory* inventory = attempt.poll->inventory();
    if (inventory == nullptr) return rows;
    static const PollOutcome nothing;
    for (std::size_t row = 0; row < inventory->size(); ++row)
        rows.push_back(interface_row(*inventory, row, attempt.outcome ? *attempt.outcome : nothing)
        );
    return rows;
}

json::object tables_part(const Attempt& attempt)
{
    json::object part;
    const InterfaceInventory* inventory = attempt.poll->inventory();
    if (inventory == nullptr) {
        part["ifTable"] = "failed";
        return part;
    }
    const bool is_read = attempt.outcome && attempt.outcome->reading;
    const auto word = [&](bool is_there) {
        return !is_there ? "absent" : is_read ? "ok" : "failed";
    };
    part["ifTable"] = word(inventory->has(if_mib::Table::if_table));
    part["ifXTable"] = word(inventory->has(if_mib::Table::if_x_table));
    return part;
}

// What the device's profile names.
void add_details(const Attempt& attempt, json::object& document)
{
    if (!attempt.facts) return;
    const DeviceFacts& details = attempt.facts->facts;
    document["profile"] = details.profile;
    const InterfaceInventory* const inventory = attempt.poll->inventory();
    add_facts(
        details.facts,
        inventory != nullptr ? inventory->rows() : std::span<const Interface>{},
        document
    );
    json::object& tables = document["tables"].as_object();
    for (const auto& [name, state] : details.tables)
        tables[name] = state == TableRead::ok       ? "ok"
                       : state == TableRead::absent ? "absent"
                                                    : "failed";
}

json::array anomalies_part(const Attempt& attempt)
{
    json::array sentences;
    if (!attempt.outcome) return sentences;
    for (const Finding& finding : attempt.outcome->findings)
        sentences.emplace_back(statement(finding) + ": " + std::string{remedy(finding.what)});
    return sentences;
}

json::object poll_part(const Attempt& attempt)
{
    json::object part;
    part["answer_seconds"] = seconds_of(*attempt.first_answer);
    if (attempt.outcome) {
        part["duration_seconds"] = seconds_of(attempt.outcome->duration);
        part["varbinds"] =
            attempt.outcome->varbinds + (attempt.facts ? attempt.facts->varbinds : 0);
    }
    return part;
}

json::object ping_part(const Evidence& evidence)
{
    json::object part;
    part["permitted"] = evidence.can_ping;
    if (evidence.ping_rtt) part["answer_seconds"] = seconds_of(*evidence.ping_rtt);
    return part;
}

json::object verdict_part(const Verdict& verdict)
{
    json::object part;
    part["ok"] = verdict.ok;
    part["text"] = verdict.text;
    if (!verdict.remedy.empty()) part["remedy"] = verdict.remedy;
    return part;
}

} // namespace

json::value inspect_document(const Evidence& evidence)
{
    json::object document;
    if (const Attempt* best = evidence.best()) {
        document["device"] = device_part(evidence, *best);
        document["interfaces"] = interfaces_part(*best);
        document["tables"] = tables_part(*best);
        add_details(*best, document);
        document["anomalies"] = anomalies_part(*best);
        document["poll"] = poll_part(*best);
    } else {
        document["device"] = json::object{{"address", evidence.target}};
        document["interfaces"] = json::array{};
        document["tables"] = json::object{};
        document["anomalies"] = anomalies_part(evidence.as_configured);
    }
    if (evidence.resolve_problem.empty()) document["ping"] = ping_part(evidence);
    document["verdict"] = verdict_part(judge(evidence));
    return document;
}

} // namespace hallmonitor::agent
