#pragma once
// What devices do wrong, and the sentences that say so: what, at which object, and what to do. All
// wording of anomalies stands here.

#include "agent/profile/oddity.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

enum class Anomaly : std::uint8_t {
    // replies that were not believed
    other_source,     // from another address or port than was asked
    other_community,  // or version
    stray_replies,    // answer no request in flight
    garbled_replies,  // are no SNMP
    unproven_replies, // are not authentic (SNMPv3)
    // broken protocol: ends the cycle, and the device is polled less often
    other_objects,    // than were asked for
    garbled_varbinds, // a reply whose head is well formed and whose values are not
    not_increasing,   // OIDs of a table
    nothing_new,      // replies without an end of the table
    endless_table,    // beyond the limits of a cycle
    // answers with which polling goes on
    error_status,       // instead of a value
    steps_back,         // an earlier object where a column goes on or ends
    exception_in_table, // noSuchInstance or noSuchObject between rows
    rows_missing,       // fewer interfaces than ifNumber
    uptime_missing,
    uptime_frozen,
    // values
    wrong_type,        // what should be a number is none
    unknown_state,     // beyond the MIB's enumeration
    speed_implausible, // that no port has
    counters_frozen,   // 64-bit ones at 0 beside live 32-bit ones
    counters_back,     // without a restart
    counters_too_fast, // far over the line rate
    counters_cached,   // for longer than from poll to poll
    names_ambiguous,   // empty or alike
    wild_text          // with control characters, or too long
};
inline constexpr auto anomalies = static_cast<std::size_t>(Anomaly::wild_text) + 1;

/// One thing that a device does wrong.
struct Finding {
    Anomaly what{};
    std::string oid;    // where it shows, "1.3.6.1..."
    std::string detail; // how much or by whom, as the sentence wants it; may be empty
    bool operator==(const Finding&) const = default;
};

/// Adds how many `thing`s are odd, and where the first one is; nothing where none is.
void add_finding(
    std::vector<Finding>& findings, Anomaly what, const Oddity& odd, std::string_view thing
);

/// Adds those of `more` of whose kind there is none: one of each is told.
void add_findings(std::vector<Finding>& findings, const std::vector<Finding>& more);
[[nodiscard]] bool has(const std::vector<Finding>& findings, Anomaly what);

/// Whether a device that does this cannot be polled rightly at all.
[[nodiscard]] bool breaks_protocol(Anomaly what);
/// Whether it is watched rightly all the same.
[[nodiscard]] bool is_harmless(Anomaly what);
/// The first that is not harmless; null: there is none.
[[nodiscard]] const Finding* first_fault(const std::vector<Finding>& findings);

/// A few words, for "no longer ...".
[[nodiscard]] std::string_view topic(Anomaly what);

/// What the device does and where, to stand behind its name.
[[nodiscard]] std::string statement(const Finding& finding);
/// What to do about it.
[[nodiscard]] std::string_view remedy(Anomaly what);
/// The finding as a sentence to stand behind the device's name: what, where, remedy.
[[nodiscard]] std::string sentence(const Finding& finding);

} // namespace hallmonitor::agent
