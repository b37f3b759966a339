#pragma once
// A recording of a device, as snmpsim writes them: `OID|TAG|VALUE` a line, in any order. The tag is
// the ASN.1 tag in decimal; an x behind it says that the value is in hexadecimal. Of several lines
// with one OID the last stands.

#include "agent/facts/raw_facts.hpp"
#include "agent/profile/interface_table.hpp"
#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

struct RecordedValue {
    Tag tag{Tag::null};
    std::vector<std::byte> content; // BER contents
};

struct DeviceRecording {
    std::map<Oid, RecordedValue> objects;
    std::vector<std::string> problems; // "line 12: has no OID"; such lines are left out
};

[[nodiscard]] DeviceRecording read_recording(std::string_view text);

/// What an agent would read of the recorded device.
[[nodiscard]] RawFacts raw_facts_of(
    const DeviceRecording& recording, const CompleteProfile& profile
);
[[nodiscard]] InterfaceInventory interfaces_of(const DeviceRecording& recording);

/// True when there is an object at or below `oid`.
[[nodiscard]] bool answers(const DeviceRecording& recording, const Oid& oid);

/// The value at exactly this OID; nothing where there is none.
[[nodiscard]] Value value_at(const DeviceRecording& recording, const Oid& oid);

} // namespace hallmonitor::agent
