#pragma once
// What `snmpbulkwalk -m '' -OnetUx` prints of a device, in the form of recordings (recording.hpp):
// so net-snmp's tools record as well as snmpsim does.

#include <string>
#include <string_view>

namespace hallmonitor::agent {

/// True for such a text: its first line is `.1.3.... = ...`.
[[nodiscard]] bool is_walk(std::string_view text);

/// The same, a line a line, so that the numbers of bad lines are right: what is no value of a known
/// type stays as it is.
[[nodiscard]] std::string recording_of_walk(std::string_view text);

} // namespace hallmonitor::agent
