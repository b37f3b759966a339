#include "tests/sim/dialogue.hpp"
#include "tests/sim/fleet.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace topology_test {

using namespace hallmonitor::sim;
using hallmonitor::agent::Tag;
using namespace std::chrono_literals;

namespace {

/// Two cores, five access switches, a router and a printer.
struct District {
    District()
    {
        fleet.add(
            {.first = {.ip = 1, .port = 161}, .devices = 2, .kind = find_kind("core"), .ports = 6}
        );
        fleet.add(
            {.first = {.ip = 11, .port = 161},
             .devices = 5,
             .kind = find_kind("access"),
             .ports = 8}
        );
        fleet.add({.first = {.ip = 21, .port = 161}, .kind = find_kind("router")});
        fleet.add({.first = {.ip = 31, .port = 161}, .kind = find_kind("printer")});
        fleet.connect();
    }

    [[nodiscard]] Fleet::Member& member(std::size_t number) const
    {
        return *fleet.members()[number];
    }

    Fleet fleet{1, "public", usual_reply};
};

/// (local port, its neighbour's name, the neighbour's port) of each row of lldpRemTable.
using Cable = std::array<std::string, 3>;
std::set<Cable> cables_of(Device& device, Instant now = 1s)
{
    const std::string remote = "1.0.8802.1.1.2.1.4.1.1.";
    const std::string local_name = "1.0.8802.1.1.2.1.3.7.1.3.";
    std::set<Cable> cables;
    std::string at = remote + "9";
    while (true) {
        const auto next =
            ask(device, {.type = hallmonitor::agent::PduType::get_next, .oids = {at}}, now)
                .varbinds.at(0);
        at = next.oid;
        if (!at.starts_with(remote + "9.")) return cables;
        const auto index = at.substr(remote.size() + 2);
        const auto port = index.substr(2, index.rfind('.') - 2); // 0.PORT.1
        const auto told = ask(device, {.oids = {local_name + port, remote + "7." + index}}, now);
        cables.insert({told.varbinds.at(0).text, next.text, told.varbinds.at(1).text});
    }
}

} // namespace

TEST_CASE("what one device says of a cable, the device at its other end says too", "[sim]")
{
    const District district;
    std::set<std::array<std::string, 4>> all;
    for (const auto& member : district.fleet.members()) {
        for (const auto& [port, name, far_port] : cables_of(member->device)) {
            all.insert({member->device.model().name(), port, name, far_port});
        }
    }

    // Ten uplinks of switches, one of the router, one cable between the cores: both ends.
    CHECK(all.size() == 24);
    for (const auto& [name, port, far_name, far_port] : all) {
        CHECK(all.count({far_name, far_port, name, port}) == 1);
    }
}

TEST_CASE("a link that goes down takes both neighbours away, and back", "[sim]")
{
    District district;
    auto& access = district.member(2);
    const auto uplink = access.device.model().ports().size() - 2;
    const auto far = district.fleet.other_end(access, uplink).value();
    REQUIRE(cables_of(access.device).size() == 2);

    district.fleet.set_link(access, uplink, false, 5s);

    CHECK(cables_of(access.device, 6s).size() == 1);
    CHECK_FALSE(far.member->device.model().ports()[far.port].is_up());
    CHECK(ask(access.device, {.oids = {"1.0.8802.1.1.2.1.2.1.0"}}, 6s).varbinds[0].number > 0U);
    district.fleet.set_link(access, uplink, true, 7s);
    CHECK(cables_of(access.device, 8s).size() == 2);

    district.fleet.set_admin(access, uplink, false, 9s);
    CHECK_FALSE(far.member->device.model().ports()[far.port].is_up());
    CHECK(far.member->device.model().ports()[far.port].is_admin_up);
}

TEST_CASE("CDP and LLDP know the same neighbours", "[sim]")
{
    const District district;
    auto& router = district.member(7).device;

    const auto told =
        ask(router,
            {.oids = {
                 "1.0.8802.1.1.2.1.4.1.1.9.0.1.1",
                 "1.3.6.1.4.1.9.9.23.1.2.1.1.6.1.1",
                 "1.0.8802.1.1.2.1.4.1.1.7.0.1.1",
                 "1.3.6.1.4.1.9.9.23.1.2.1.1.7.1.1",
                 "1.3.6.1.4.1.9.9.23.1.2.1.1.4.1.1"}});

    CHECK(told.varbinds[0].text == "sim-0");
    CHECK(told.varbinds[1].text == told.varbinds[0].text);
    CHECK(told.varbinds[3].text == told.varbinds[2].text);
    CHECK(told.varbinds[4].text == std::string{"\0\0\0\1", 4});
}

TEST_CASE("without a core, switches stand in a chain", "[sim]")
{
    Fleet fleet{1, "public", usual_reply};
    fleet.add(
        {.first = {.ip = 1, .port = 161}, .devices = 3, .kind = find_kind("access"), .ports = 8}
    );

    fleet.connect();

    CHECK(cables_of(fleet.members()[0]->device).size() == 1);
    CHECK(cables_of(fleet.members()[1]->device).size() == 2);
    CHECK(cables_of(fleet.members()[2]->device).size() == 1);
}

TEST_CASE("bridges agree on their root, and reach it through an uplink", "[sim]")
{
    const District district;
    const std::string root = "1.3.6.1.2.1.17.2.5.0";
    const std::string root_port = "1.3.6.1.2.1.17.2.7.0";
    auto& core = district.member(0).device;
    auto& access = district.member(4).device;

    CHECK(
        ask(core, {.oids = {root}}).varbinds[0].text ==
        ask(access, {.oids = {root}}).varbinds[0].text
    );
    CHECK(ask(core, {.oids = {root_port}}).varbinds[0].number == 0U);
    CHECK(ask(access, {.oids = {root_port}}).varbinds[0].number == 7U);
}

} // namespace topology_test
