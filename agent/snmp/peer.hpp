#pragma once
// Address and port of a device: a compact value that compares and hashes fast, since every datagram
// is matched on it. IPv4 is kept in its IPv6-mapped form (RFC 4291 section 2.5.5.2).

#include "common/error.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace hallmonitor::agent {

struct PeerAddress {
    std::array<std::uint8_t, 16> bytes{};
    std::uint16_t port{0};
    std::uint32_t scope{0}; // interface of a link-local address
    auto operator<=>(const PeerAddress&) const = default;

    [[nodiscard]] static PeerAddress v4(std::array<std::uint8_t, 4> address, std::uint16_t port);
    /// From an address literal of either family. Errors: malformed (a host name, for one).
    [[nodiscard]] static Result<PeerAddress> parse(std::string_view literal, std::uint16_t port);

    /// From what the kernel tells of a datagram; the zero address for an unknown family.
    [[nodiscard]] static PeerAddress from_sockaddr(const sockaddr_storage& name);
    /// Fills `name` in the family of the address; gives its size.
    socklen_t to_sockaddr(sockaddr_storage& name) const;

    [[nodiscard]] bool is_v4() const;
    [[nodiscard]] std::array<std::uint8_t, 4> v4_bytes() const
    {
        return {bytes[12], bytes[13], bytes[14], bytes[15]};
    }
    /// "192.0.2.1:161" or "[2001:db8::1]:161".
    [[nodiscard]] std::string to_string() const;
    /// The same without brackets and port.
    [[nodiscard]] std::string host() const;
};

} // namespace hallmonitor::agent

template <>
struct std::hash<hallmonitor::agent::PeerAddress> {
    std::size_t operator()(const hallmonitor::agent::PeerAddress& peer) const noexcept
    {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        std::memcpy(&high, peer.bytes.data(), 8);
        std::memcpy(&low, peer.bytes.data() + 8, 8);
        std::uint64_t mixed = (low ^ (high * 0x9e3779b97f4a7c15ULL)) + peer.port;
        mixed = (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93ULL;
        return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
};
