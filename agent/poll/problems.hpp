#pragma once
// Why a cycle ended early, in sentences for people.

#include <string>

namespace hallmonitor::agent::problems {

inline constexpr auto no_interfaces =
    "answers SNMP but shows no interfaces: its view is restricted (Debian's snmpd shows only the "
    "system group until 'view systemonly' in snmpd.conf is widened to .1.3.6.1.2.1)";
inline constexpr auto silent =
    "no answer to SNMP: silent devices have a wrong community, another version, an access list or "
    "are down, the protocol does not say which";
inline constexpr auto nobody_listens =
    "nothing listens on the SNMP port (ICMP port unreachable): is its SNMP agent switched on?";

inline std::string stopped_at(const std::string& oid)
{
    return "stopped answering SNMP at " + oid +
           ": raise timeout_milliseconds and retries if it is slow; look at the network if large "
           "replies are lost on the way";
}

} // namespace hallmonitor::agent::problems
