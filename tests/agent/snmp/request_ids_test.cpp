#include "agent/snmp/request_ids.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace hallmonitor::agent::request_ids_test {

TEST_CASE("the key stream is that of RFC 8439 section 2.3.2", "[snmp]")
{
    const std::array<std::uint32_t, 8> key{
        0x03020100,
        0x07060504,
        0x0b0a0908,
        0x0f0e0d0c,
        0x13121110,
        0x17161514,
        0x1b1a1918,
        0x1f1e1d1c};

    const auto block = chacha20_block(key, 1, {0x09000000, 0x4a000000, 0x00000000});

    const std::array<std::uint32_t, 16> expected{
        0xe4e7f110,
        0x15593bd1,
        0x1fdd0f50,
        0xc47120a3,
        0xc7f4d1c7,
        0x0368c033,
        0x9aaa2204,
        0x4e6cd4c3,
        0x466482d2,
        0x09aa9f07,
        0x05d7c214,
        0xa2028bd9,
        0xd19c12b5,
        0xb94e16de,
        0xe883d0cb,
        0x4e3c50a2};
    CHECK(block == expected);
}

TEST_CASE("ids are positive and do not come again within any short run", "[snmp]")
{
    RequestIds ids{1};
    std::set<std::int32_t> seen;
    for (int i = 0; i < 1'000; ++i)
        seen.insert(ids.next());

    CHECK(*seen.begin() > 0);
    CHECK(seen.size() == 1'000);
}

TEST_CASE("another seed gives other ids", "[snmp]")
{
    CHECK(RequestIds{1}.next() != RequestIds{1ULL << 32}.next());
    CHECK(RequestIds{1}.next() == RequestIds{1}.next());
}

} // namespace hallmonitor::agent::request_ids_test
