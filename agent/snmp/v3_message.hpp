#pragma once
// SNMPv3 messages with USM's security parameters (RFC 3412 section 6, RFC 3414 section 2.4): their
// frame only. Nothing here knows keys: whether a message is to be believed, and what an encrypted
// one holds, is agent/snmp/usm's to find out. Views point into the datagram; nothing is allocated,
// and no size that a message states is believed beyond its datagram.

#include "agent/snmp/message.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hallmonitor::agent {

/// What we claim to take, msgMaxSize: all that UDP over IPv4 carries. What the other side claims is
/// not used: our requests are smaller than the least that it may claim would suggest.
inline constexpr std::int32_t largest_message = 65'507;

struct V3Message {
    std::int32_t id{0}; // msgID
    bool is_authenticated{false};
    bool is_encrypted{false};
    std::span<const std::byte> engine_id; // msgAuthoritativeEngineID
    std::int32_t engine_boots{0};
    std::int32_t engine_time{0};
    std::span<const std::byte> user;
    std::span<const std::byte> auth_parameters;
    std::span<const std::byte> priv_parameters;
    std::span<const std::byte> data; // the scoped PDU as a whole, or its ciphertext
};

/// Errors: malformed (also encryption without authentication, RFC 3412 section 7.2); unsupported
/// (another version, or a security model that is not USM).
[[nodiscard]] Result<V3Message> parse_v3_message(std::span<const std::byte> datagram);

/// The response or report within a scoped PDU, whose context is not looked at: that the PDU answers
/// a request is certain by its ids. Octets behind it are padding. Errors: malformed.
[[nodiscard]] Result<ResponseView> parse_scoped_pdu(std::span<const std::byte> scoped_pdu);

/// Writes a scoped PDU to the front of `out`; gives its size, 0 when it does not fit.
[[nodiscard]] std::size_t encode_scoped_pdu(
    std::span<const std::byte> context_engine_id,
    std::string_view context_name,
    const RequestHead& head,
    std::span<const std::span<const std::byte>> oids,
    std::span<std::byte> out
);

/// Where in a message its digest goes.
struct V3Encoded {
    std::size_t size{0}; // 0: it does not fit
    std::size_t auth_offset{0};
};

/// Writes a reportable message to the front of `out`, with `digest_size` zeros for its
/// auth_parameters. `message.data` is the scoped PDU or its ciphertext.
[[nodiscard]] V3Encoded encode_v3_message(
    const V3Message& message, std::size_t digest_size, std::span<std::byte> out
);

} // namespace hallmonitor::agent
