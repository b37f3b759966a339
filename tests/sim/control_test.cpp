#include "tests/sim/control.hpp"
#include "tests/sim/dialogue.hpp"

#include <catch2/catch.hpp>

namespace control_test {

using namespace hallmonitor::sim;
using namespace std::chrono_literals;

namespace {

/// Two switches of four ports, at 127.0.0.1 and 127.0.0.2.
struct Fixture {
    Fixture() { fleet.add({.first = {.ip = 0x7F000001, .port = 161}, .devices = 2, .ports = 4}); }

    std::string run(std::string_view line, Instant now = 10s)
    {
        return run_command(fleet, line, {.now = now, .wall_ms = 1'000'000 + now.count() / 1000});
    }
    [[nodiscard]] Device& device(std::size_t number) const
    {
        return fleet.members()[number]->device;
    }

    Fleet fleet{1, "public", usual_reply};
};

bool is_good(const std::string& answer)
{
    return answer.starts_with("{\"ok\":true");
}

} // namespace

TEST_CASE("a device is named by its number or its address", "[sim]")
{
    Fixture fixture;

    CHECK(is_good(fixture.run("silence 1 on")));
    CHECK(fixture.device(1).faults().size() == 1);
    CHECK(is_good(fixture.run("silence 127.0.0.2 off")));
    CHECK(fixture.device(1).faults().empty());
    CHECK(is_good(fixture.run("silence 127.0.0.1:161 on")));
    CHECK(fixture.device(0).faults().size() == 1);
    CHECK(fixture.run("silence 9 on") == R"({"ok":false,"error":"no such device: 9"})");
}

TEST_CASE("a command for all devices reaches each of them", "[sim]")
{
    Fixture fixture;

    const auto answer = fixture.run("fault all delay on 250");

    CHECK(answer.starts_with(R"({"ok":true,"devices":[{"ok":true,"address":"127.0.0.1:161")"));
    CHECK(fixture.device(0).faults().size() == 1);
    CHECK(ask(fixture.device(1), {.oids = {"1.3.6.1.2.1.1.3.0"}}).datagram.delay == 250ms);
}

TEST_CASE("links, octets, uptime and restarts follow the commands", "[sim]")
{
    Fixture fixture;
    const auto& port = fixture.device(0).model().ports()[2];
    const auto before = port.in.octets(20s);

    CHECK(is_good(fixture.run("add-octets 0 3 1000 5")));
    CHECK(port.in.octets(20s) == before + 1'000);
    CHECK(is_good(fixture.run("link 0 3 down")));
    CHECK_FALSE(port.is_up());
    CHECK(is_good(fixture.run("admin 0 3 down")));
    CHECK_FALSE(port.is_admin_up);
    CHECK(is_good(fixture.run("set-uptime 0 4294967290")));
    CHECK(fixture.device(0).model().uptime(10s) == 4'294'967'290);
    CHECK(is_good(fixture.run("reboot 0 3000")));
    CHECK(fixture.device(0).model().is_away(12s));
    CHECK(fixture.device(0).model().uptime(14s) == 100);
}

TEST_CASE("a renumbered device keeps names and counters under other indexes", "[sim]")
{
    Fixture fixture;
    const auto name = [&](const std::string& index) {
        return ask(fixture.device(0), {.oids = {"1.3.6.1.2.1.31.1.1.1.1." + index}})
            .varbinds.at(0)
            .text;
    };
    REQUIRE(name("1") == "Gi1/0/1");

    CHECK(is_good(fixture.run("renumber 0")));

    CHECK(name("4") == "Gi1/0/1");
    CHECK(is_good(fixture.run("link 0 4 down")));
    CHECK_FALSE(fixture.device(0).model().ports()[0].is_up());
}

TEST_CASE("the oracle tells what each counter said last, and when", "[sim]")
{
    Fixture fixture;
    const Question question{.oids = {"1.3.6.1.2.1.31.1.1.1.6.1"}};
    const auto first = ask(fixture.device(0), question, 1s).varbinds.at(0).number.value();
    const auto last = ask(fixture.device(0), question, 4s).varbinds.at(0).number.value();

    const auto answer = fixture.run("served 0", 5s);

    const auto rate = fixture.device(0).model().ports()[0].in.rate();
    const auto expected = R"("times":2,"octets":)" + std::to_string(last) +
                          R"(,"at_ms":1004000,"first_octets":)" + std::to_string(first) +
                          R"(,"first_at_ms":1001000,"counted_octets":)" + std::to_string(3 * rate);
    CHECK(answer.find(expected) != std::string::npos);
    CHECK(answer.find(R"("out":{"rate_octets_per_second":)") != std::string::npos);
}

TEST_CASE("signals are ordered, failed and released, and told", "[sim]")
{
    Fixture fixture;
    fixture.fleet.add({.first = {.ip = 0x7F000009, .port = 161}, .kind = find_kind("ups")});
    REQUIRE(fixture.run("signals 2").find(R"("on-battery":0,)") != std::string::npos);

    CHECK(is_good(fixture.run("set 2 on-battery failed")));
    ask(fixture.device(2), {.oids = {"1.3.6.1.2.1.33.1.2.2.0"}}, 14s);

    const auto answer = fixture.run("served 2", 15s);
    CHECK(
        answer.find(
            R"({"name":"battery/seconds-on","now":5,"times":1,"value":4,"at_ms":1014000,"first":4,)"
        ) != std::string::npos
    );
    CHECK(is_good(fixture.run("set 2 on-battery auto")));
    CHECK(fixture.run("signals 2").find(R"("on-battery":0,)") != std::string::npos);
    CHECK(is_good(fixture.run("set 2 battery/temperature -12")));
    CHECK(fixture.run("set 2 output/load failed").find("it cannot fail") != std::string::npos);
    CHECK(fixture.run("set 2 flux 1").find("no such signal") != std::string::npos);
}

TEST_CASE("ports are named by ifIndex or ifName", "[sim]")
{
    Fixture fixture;

    CHECK(is_good(fixture.run("link 0 Gi1/0/2 down")));
    CHECK_FALSE(fixture.device(0).model().ports()[1].is_up());
    CHECK(fixture.run("link 0 Gi9 down") == R"({"ok":false,"error":"no such ifName: Gi9"})");
}

TEST_CASE("faulty commands say what is wrong", "[sim]")
{
    Fixture fixture;

    CHECK(fixture.run("") == R"({"ok":false,"error":"an empty line; ask 'help'"})");
    CHECK(fixture.run("fly 0") == R"({"ok":false,"error":"unknown command; ask 'help'"})");
    CHECK(
        fixture.run("link 0 1") ==
        R"({"ok":false,"error":"usage: link DEV IFINDEX|IFNAME up|down"})"
    );
    CHECK(fixture.run("link 0 1 x") == R"({"ok":false,"error":"expected up or down"})");
    CHECK(fixture.run("link 0 5 up") == R"({"ok":false,"error":"no such ifIndex: 5"})");
    CHECK(
        fixture.run("reboot 0 -1") == R"({"ok":false,"error":"not a number from 0 to 2^40: -1"})"
    );
    CHECK(fixture.run("fault 0 x on") == R"({"ok":false,"error":"no such fault; ask 'faults'"})");
}

TEST_CASE("help, faults, stats and device describe themselves", "[sim]")
{
    Fixture fixture;
    fixture.run("fault 0 loop on");
    ask(fixture.device(0), {.oids = {"1.3.6.1.2.1.1.3.0"}});

    CHECK(fixture.run("help").find(R"("renumber DEV")") != std::string::npos);
    CHECK(fixture.run("faults").find(R"("name":"hc-frozen")") != std::string::npos);
    CHECK(fixture.run("stats").find(R"("devices":2,"requests":1,)") != std::string::npos);
    CHECK(fixture.run("device 0").find(R"("faults":["loop"])") != std::string::npos);
}

} // namespace control_test
