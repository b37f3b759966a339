#pragma once
// What an inspection understood, as the one JSON value from which both the text for people and the
// output for programs are made. Base units, ratios 0..1; what the device does not tell has no key,
// so that "it says nothing" is told from "it says 0" and from "it says the empty text".
//
//   device       address, snmp_version, sys_descr, sys_object_id, sys_name, sys_location,
//                sys_contact, uptime_seconds
//   interfaces   a row an interface, by if_index: names, type (IANAifType), mac, speed_bps, admin
//   and
//                oper (words of RFC 2863; the number where it is none of them), last_change_seconds
//                (on the clock of uptime_seconds), counters, counter_bits (of the octets)
//   tables       by name of a MIB's table: "ok", "absent" or "failed"
//   anomalies    sentences on what the device does strangely
//   poll         answer_seconds, duration_seconds, varbinds
//   ping         permitted (to this user), answer_seconds
//   verdict      ok, text, remedy

#include "agent/inspect/evidence.hpp"

#include <boost/json/value.hpp>

namespace hallmonitor::agent {

[[nodiscard]] boost::json::value inspect_document(const Evidence& evidence);

} // namespace hallmonitor::agent
