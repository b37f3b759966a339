#pragma once
// What an expression of a profile works on: nothing, a truth value, a number or text. Octets are
// text until a step says what they are; nothing but the last step sanitizes them.

#include "agent/snmp/message.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hallmonitor::agent {

/// std::monostate: the device has no such fact. Numbers are doubles: beyond 2^53 their last digits
/// are lost, which no gauge needs.
using Value = std::variant<std::monostate, bool, double, std::string>;

[[nodiscard]] inline bool is_there(const Value& value)
{
    return !std::holds_alternative<std::monostate>(value);
}

/// INTEGER, unsigned types and net-snmp's Opaque float and double are numbers; an OCTET STRING is
/// its octets; an IpAddress and an OID are their dotted text; else nothing.
[[nodiscard]] Value value_of(const VarBindView& varbind);

/// The number; text that is a decimal number all along is one too, as some agents give it.
[[nodiscard]] std::optional<double> number_of(const Value& value);

/// The value as text: whole numbers without a point.
[[nodiscard]] std::string text_of(const Value& value);

} // namespace hallmonitor::agent
