#include "agent/probe/icmp.hpp"

#include <catch2/catch.hpp>

namespace icmp_test {

using namespace hallmonitor::agent;

namespace {

constexpr std::uint64_t key = 0x0123456789abcdef;

// What an honest host sends back: the same, with the reply's type.
auto reply_to(const EchoProbe& probe, bool ipv6)
{
    auto message = encode_echo(probe, ipv6, key);
    message[0] = ipv6 ? std::byte{129} : std::byte{0};
    return message;
}

} // namespace

TEST_CASE("an echo reply tells which probe it answers", "[probe]")
{
    const EchoProbe probe{.device = 7, .sequence = 70'000};

    CHECK(decode_echo_reply(reply_to(probe, false), false, key) == probe);
    CHECK(decode_echo_reply(reply_to(probe, true), true, key) == probe);
}

TEST_CASE("a reply that was not asked for by us says nothing", "[probe]")
{
    const EchoProbe probe{.device = 7, .sequence = 1};
    auto forged = reply_to(probe, false);
    forged[11] = std::byte{8}; // another device

    CHECK(!decode_echo_reply(forged, false, key));
    CHECK(!decode_echo_reply(reply_to(probe, false), false, key + 1));
    CHECK(!decode_echo_reply(reply_to(probe, false), true, key));
    CHECK(!decode_echo_reply(encode_echo(probe, false, key), false, key)); // our own request
    CHECK(!decode_echo_reply({}, false, key));
}

} // namespace icmp_test
