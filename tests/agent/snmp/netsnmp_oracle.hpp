#pragma once
// The net-snmp library's own codec, as the other opinion of differential tests. What both decoders
// give is written in one form, in which equal means equal.

#include "tests/agent/snmp/bytes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent::testing {

struct DecodedVarBind {
    std::vector<std::uint64_t> oid; // arcs
    std::uint8_t tag{0};
    std::string value; // a decimal number, octets as they are, an OID with dots; "-" for no value
    bool operator==(const DecodedVarBind&) const = default;
};

struct Decoded {
    std::int64_t version{1};
    std::string community;
    std::uint8_t type{0xa2};
    std::int64_t request_id{0};
    std::int64_t error_status{0};
    std::int64_t error_index{0};
    std::vector<DecodedVarBind> varbinds;
    bool operator==(const Decoded&) const = default;
};

/// A message as net-snmp understands it; empty when it refuses.
std::optional<Decoded> netsnmp_decode(std::span<const std::byte> message);

/// The message as net-snmp sends it.
Bytes netsnmp_encode(const Decoded& message);

} // namespace hallmonitor::agent::testing
