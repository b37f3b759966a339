#pragma once
// ICMP echo (RFC 792, RFC 4443) for unprivileged ping sockets. The kernel writes the identifier and
// checksum, and delivers only replies to this socket; what tells our probes from a forger's guess
// is a keyed token in the payload.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace hallmonitor::agent {

struct EchoProbe {
    std::uint32_t device{0};
    std::uint32_t sequence{0};
    bool operator==(const EchoProbe&) const = default;
};

inline constexpr std::size_t echo_bytes = 8 + 16; // head, then device, sequence and token

/// An echo request. `key` is secret and of this process.
[[nodiscard]] std::array<std::byte, echo_bytes> encode_echo(
    const EchoProbe& probe, bool ipv6, std::uint64_t key
);

/// The probe that an echo reply answers; empty for anything else or a wrong token.
[[nodiscard]] std::optional<EchoProbe> decode_echo_reply(
    std::span<const std::byte> message, bool ipv6, std::uint64_t key
);

} // namespace hallmonitor::agent
