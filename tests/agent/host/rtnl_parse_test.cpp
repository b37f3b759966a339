#include "agent/host/host_table.hpp"
#include "agent/host/rtnl_parse.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

namespace rtnl_parse_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

// A dump of lo, a veth pair whose end up0 has an alias, and a dummy that is down, as kernel 6.18
// gave it.
std::vector<std::byte> recorded_dump()
{
    std::ifstream file{HALLMONITOR_SOURCE_DIR "/tests/agent/host/data/links.bin", std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto bytes = std::as_bytes(std::span{text});
    return {bytes.begin(), bytes.end()};
}

const HostLink& link_named(const LinkDump& dump, const std::string& name)
{
    const auto found =
        std::find_if(dump.links.begin(), dump.links.end(), [&](const HostLink& link) {
            return link.name == name;
        });
    REQUIRE(found != dump.links.end());
    return *found;
}

} // namespace

TEST_CASE("a dump of the kernel's interfaces is understood", "[host]")
{
    LinkDump dump;

    REQUIRE(parse_links(recorded_dump(), dump).has_value());

    CHECK(dump.done);
    CHECK(!dump.interrupted);
    const HostLink& loopback = link_named(dump, "lo");
    CHECK(loopback.type == 24);
    // The loopback's state is UNKNOWN to the kernel, but it runs.
    CHECK(loopback.oper == OperStatus::up);
    const HostLink& cable = link_named(dump, "up0");
    CHECK(cable.alias == "to the library");
    CHECK(cable.admin == AdminStatus::up);
    CHECK(cable.oper == OperStatus::up);
    CHECK(cable.type == 6);
    CHECK(cable.mac.size() == 17);
    CHECK(cable.counters[0].has_value());
    CHECK(!cable.counters[5].has_value()); // multicasts sent are not counted apart
}

TEST_CASE("no damaged dump is read past its end", "[host]")
{
    const std::vector<std::byte> sound = recorded_dump();
    std::mt19937 random{20261124};
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> bytes = sound;
        for (int flips = 0; flips < 4; ++flips)
            bytes[random() % bytes.size()] = static_cast<std::byte>(random());
        bytes.resize(random() % (bytes.size() + 1));
        LinkDump dump;
        static_cast<void>(parse_links(bytes, dump));
        LinkModeDump modes;
        static_cast<void>(parse_link_modes(bytes, modes));
        static_cast<void>(parse_ethtool_family(bytes));
    }
    SUCCEED("nothing was read beyond the bytes");
}

TEST_CASE("interfaces become a table by their names, without those excluded", "[host]")
{
    LinkDump dump;
    REQUIRE(parse_links(recorded_dump(), dump).has_value());
    HostConfig config;
    config.watch.aliases = {"to the *"};
    const auto links = kept_links(std::move(dump.links), {"lo"});

    const TableDefinition table = host_table("server", config, links);
    const TableReading reading = host_reading(links, MonoTime{5s});

    REQUIRE(table.rows.size() == 2);
    CHECK(reading.cells.size() == table.rows.size() * table.columns.size());
    const auto watched = std::count_if(table.rows.begin(), table.rows.end(), [](const Row& row) {
        return row.attributes.contains(Attribute::watched);
    });
    CHECK(watched == 1);
    CHECK(!reading.uptime);
}

} // namespace rtnl_parse_test
