#include "agent/probe/icmp.hpp"

namespace hallmonitor::agent {
namespace {

constexpr std::byte echo_request_v4{8};
constexpr std::byte echo_reply_v4{0};
constexpr std::byte echo_request_v6{128};
constexpr std::byte echo_reply_v6{129};

void put_big(std::span<std::byte> out, std::uint64_t value)
{
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::byte>(value >> (8 * (out.size() - 1 - i)) & 0xff);
}

std::uint64_t get_big(std::span<const std::byte> in)
{
    std::uint64_t value = 0;
    for (const std::byte octet : in)
        value = value << 8 | std::to_integer<std::uint64_t>(octet);
    return value;
}

// Two rounds of a 64-bit mixer under the key: enough against one who sees other tokens in passing,
// whose gain would be to make a dead device look alive for one check.
std::uint64_t token(const EchoProbe& probe, std::uint64_t key)
{
    std::uint64_t x = (std::uint64_t{probe.device} << 32 | probe.sequence) ^ key;
    for (int round = 0; round < 2; ++round) {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        x = (x ^ (x >> 31)) + key;
    }
    return x;
}

} // namespace

std::array<std::byte, echo_bytes> encode_echo(const EchoProbe& probe, bool ipv6, std::uint64_t key)
{
    std::array<std::byte, echo_bytes> out{};
    const std::span<std::byte> all{out};
    out[0] = ipv6 ? echo_request_v6 : echo_request_v4;
    put_big(all.subspan(6, 2), probe.sequence & 0xffff);
    put_big(all.subspan(8, 4), probe.device);
    put_big(all.subspan(12, 4), probe.sequence);
    put_big(all.subspan(16, 8), token(probe, key));
    return out;
}

std::optional<EchoProbe> decode_echo_reply(
    std::span<const std::byte> message, bool ipv6, std::uint64_t key
)
{
    if (message.size() != echo_bytes || message[0] != (ipv6 ? echo_reply_v6 : echo_reply_v4))
        return std::nullopt;
    const EchoProbe probe{
        .device = static_cast<std::uint32_t>(get_big(message.subspan(8, 4))),
        .sequence = static_cast<std::uint32_t>(get_big(message.subspan(12, 4))),
    };
    if (get_big(message.subspan(16, 8)) != token(probe, key)) return std::nullopt;
    return probe;
}

} // namespace hallmonitor::agent
