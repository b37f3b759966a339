#include "agent/snmp/peer.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>

namespace hallmonitor::agent {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

} // namespace

PeerAddress PeerAddress::v4(std::array<std::uint8_t, 4> address, std::uint16_t port)
{
    PeerAddress peer;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), peer.bytes.begin());
    std::copy(address.begin(), address.end(), peer.bytes.begin() + 12);
    peer.port = port;
    return peer;
}

Result<PeerAddress> PeerAddress::parse(std::string_view literal, std::uint16_t port)
{
    std::string text{literal};
    in_addr four{};
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
        std::array<std::uint8_t, 4> address{};
        std::memcpy(address.data(), &four, address.size());
        return v4(address, port);
    }
    PeerAddress peer;
    peer.port = port;
    // A numeric scope alone is understood: names of interfaces are the kernel's to resolve.
    if (const auto percent = text.find('%'); percent != std::string::npos) {
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + percent + 1, end, peer.scope);
        if (error != std::errc{} || stop != end) return Errc::malformed;
        text.resize(percent);
    }
    in6_addr six{};
    if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return Errc::malformed;
    std::memcpy(peer.bytes.data(), &six, peer.bytes.size());
    return peer;
}

PeerAddress PeerAddress::from_sockaddr(const sockaddr_storage& name)
{
    if (name.ss_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &name, sizeof four);
        std::array<std::uint8_t, 4> address{};
        std::memcpy(address.data(), &four.sin_addr, address.size());
        return v4(address, ntohs(four.sin_port));
    }
    PeerAddress peer;
    if (name.ss_family != AF_INET6) return peer;
    sockaddr_in6 six{};
    std::memcpy(&six, &name, sizeof six);
    std::memcpy(peer.bytes.data(), &six.sin6_addr, peer.bytes.size());
    peer.port = ntohs(six.sin6_port);
    peer.scope = six.sin6_scope_id;
    return peer;
}

socklen_t PeerAddress::to_sockaddr(sockaddr_storage& name) const
{
    if (is_v4()) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        std::memcpy(&four.sin_addr, bytes.data() + mapped_prefix.size(), 4);
        std::memcpy(&name, &four, sizeof four);
        return sizeof four;
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    six.sin6_scope_id = scope;
    std::memcpy(&six.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&name, &six, sizeof six);
    return sizeof six;
}

std::string PeerAddress::host() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4()) {
        const auto address = v4_bytes();
        inet_ntop(AF_INET, address.data(), text.data(), text.size());
        return text.data();
    }
    inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    const std::string zone = scope == 0 ? "" : "%" + std::to_string(scope);
    return text.data() + zone;
}

std::string PeerAddress::to_string() const
{
    const std::string port_text = ":" + std::to_string(port);
    return is_v4() ? host() + port_text : "[" + host() + "]" + port_text;
}

bool PeerAddress::is_v4() const
{
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

} // namespace hallmonitor::agent
