#include "agent/snmp/request_table.hpp"

#include <catch2/catch.hpp>

namespace hallmonitor::agent::request_table_test {
namespace {

using Verdict = RequestTable::Verdict;

const PeerAddress device = PeerAddress::v4({192, 0, 2, 1}, 161);

ResponseView reply(std::int32_t id, std::string_view community = "public")
{
    return {
        .version = SnmpVersion::v2c,
        .community = std::as_bytes(std::span{community}),
        .request_id = id,
        .varbinds = {},
    };
}

} // namespace

TEST_CASE("the answer to a request is accepted until it is closed and tells its owner", "[snmp]")
{
    RequestTable table{1};
    const std::int32_t id = table.open(device, "public", SnmpVersion::v2c, 7);

    const auto first = table.match(device, reply(id));
    table.close(id);
    const auto again = table.match(device, reply(id));

    CHECK(first.verdict == Verdict::accepted);
    CHECK(first.owner == 7);
    CHECK(again.verdict == Verdict::unknown_id);
    CHECK(table.size() == 0);
}

TEST_CASE("a reply from another address or port is refused and leaves the request open", "[snmp]")
{
    RequestTable table{1};
    const std::int32_t id = table.open(device, "public", SnmpVersion::v2c, 7);

    CHECK(
        table.match(PeerAddress::v4({192, 0, 2, 2}, 161), reply(id)).verdict == Verdict::wrong_peer
    );
    CHECK(
        table.match(PeerAddress::v4({192, 0, 2, 1}, 162), reply(id)).verdict == Verdict::wrong_peer
    );

    CHECK(table.match(device, reply(id)).verdict == Verdict::accepted);
}

TEST_CASE("a reply with another community or version is refused, the request stays open", "[snmp]")
{
    RequestTable table{1};
    const std::int32_t id = table.open(device, "public", SnmpVersion::v2c, 7);
    ResponseView older = reply(id);
    older.version = SnmpVersion::v1;

    CHECK(table.match(device, reply(id, "Public")).verdict == Verdict::wrong_community);
    CHECK(table.match(device, reply(id, "")).verdict == Verdict::wrong_community);
    CHECK(table.match(device, older).verdict == Verdict::wrong_version);

    CHECK(table.match(device, reply(id)).verdict == Verdict::accepted);
}

TEST_CASE("a request that was given up is answered no more", "[snmp]")
{
    RequestTable table{1};
    const std::int32_t id = table.open(device, "public", SnmpVersion::v2c, 7);

    table.close(id);

    CHECK(table.match(device, reply(id)).verdict == Verdict::unknown_id);
}

TEST_CASE("every attempt has an id of its own", "[snmp]")
{
    RequestTable table{1};

    const std::int32_t first = table.open(device, "public", SnmpVersion::v2c, 7);
    const std::int32_t second = table.open(device, "public", SnmpVersion::v2c, 7);

    CHECK(first != second);
    CHECK(table.size() == 2);
}

TEST_CASE("replies are counted by verdict", "[snmp]")
{
    RequestTable table{1};
    const std::int32_t id = table.open(device, "public", SnmpVersion::v2c, 7);

    (void)table.match(PeerAddress::v4({192, 0, 2, 2}, 161), reply(id));
    (void)table.match(device, reply(id));
    table.close(id);
    (void)table.match(device, reply(id));

    CHECK(table.counts() == std::array<std::uint64_t, 5>{1, 1, 1, 0, 0});
}

TEST_CASE("a million guessed ids do not hit the one that is open", "[snmp]")
{
    RequestTable table{1};
    (void)table.open(device, "public", SnmpVersion::v2c, 7);
    for (std::int32_t guess = 1; guess <= 1'000'000; ++guess)
        (void)table.match(device, reply(guess));

    CHECK(table.counts()[static_cast<std::size_t>(Verdict::accepted)] == 0);
    CHECK(table.size() == 1);
}

} // namespace hallmonitor::agent::request_table_test
