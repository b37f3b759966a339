#include "agent/snmp/peer.hpp"

#include <catch2/catch.hpp>

#include <unordered_set>

namespace hallmonitor::agent::peer_test {
namespace {

PeerAddress through_kernel(const PeerAddress& peer)
{
    sockaddr_storage name{};
    peer.to_sockaddr(name);
    return PeerAddress::from_sockaddr(name);
}

} // namespace

TEST_CASE("addresses of both families are read and printed", "[snmp]")
{
    CHECK(PeerAddress::parse("192.0.2.1", 161).value().to_string() == "192.0.2.1:161");
    CHECK(PeerAddress::parse("2001:db8::1", 161).value().to_string() == "[2001:db8::1]:161");
    CHECK(PeerAddress::parse("fe80::1%3", 161).value().to_string() == "[fe80::1%3]:161");
}

TEST_CASE("a name is no address", "[snmp]")
{
    const auto* const text =
        GENERATE("", "switch-1", "192.0.2", "192.0.2.256", "fe80::1%eth0", "fe80::1%", "[::1]");

    CHECK(PeerAddress::parse(text, 161).error() == Errc::malformed);
}

TEST_CASE("the kernel's form of an address says the same", "[snmp]")
{
    const auto* const text = GENERATE("192.0.2.1", "255.255.255.255", "::1", "fe80::1%3");
    const PeerAddress peer = PeerAddress::parse(text, 10'161).value();

    CHECK(through_kernel(peer) == peer);
}

TEST_CASE("an IPv4 address is the same however it is written", "[snmp]")
{
    CHECK(
        PeerAddress::parse("::ffff:192.0.2.1", 161).value() == PeerAddress::v4({192, 0, 2, 1}, 161)
    );
}

TEST_CASE("address, port and interface all tell peers apart", "[snmp]")
{
    const PeerAddress peer = PeerAddress::parse("fe80::1%3", 161).value();

    CHECK(peer != PeerAddress::parse("fe80::1%4", 161).value());
    CHECK(peer != PeerAddress::parse("fe80::1%3", 162).value());
    CHECK(peer != PeerAddress::parse("fe80::2%3", 161).value());
}

TEST_CASE("neighbouring addresses spread over the hash", "[snmp]")
{
    std::unordered_set<std::size_t> low_bits;
    for (int host = 0; host < 256; ++host) {
        const auto peer = PeerAddress::v4({10, 0, 0, static_cast<std::uint8_t>(host)}, 161);
        low_bits.insert(std::hash<PeerAddress>{}(peer)&0xfff);
    }

    CHECK(low_bits.size() > 200);
}

} // namespace hallmonitor::agent::peer_test
