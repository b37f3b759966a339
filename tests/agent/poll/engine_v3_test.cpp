// A school polled over SNMPv3: that it is polled as over version 2c, whatever its engines do.

#include "tests/agent/poll/school.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace engine_v3_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::testing;
using namespace std::chrono_literals;

namespace {

School::Setup setup_of(std::size_t devices)
{
    School::Setup setup = School::speaking_v3();
    setup.devices = devices;
    setup.ports = 8;
    return setup;
}

void set_engine(School& school, std::size_t number, std::uint32_t boots, std::uint32_t seconds)
{
    school.device(number).set_engine_time(
        {.boots = boots, .seconds = seconds}, School::instant(school.now())
    );
}

void set_fault(
    School& school, std::size_t number, std::string_view name, std::optional<std::int64_t> argument
)
{
    school.device(number).set_fault(
        *sim::find_fault(name), true, argument, School::instant(school.now())
    );
}

std::size_t whole(const School& school, std::size_t number)
{
    const auto& cycles = school.seen(number).cycles;
    return static_cast<std::size_t>(std::count_if(
        cycles.begin(),
        cycles.end(),
        [](const School::Cycle& cycle) { return cycle.is_whole && cycle.outcome.findings.empty(); }
    ));
}

bool are_all_whole(const School& school, std::size_t devices, std::size_t at_least)
{
    for (std::size_t number = 0; number < devices; ++number)
        if (whole(school, number) < at_least ||
            whole(school, number) != school.seen(number).cycles.size())
            return false;
    return true;
}

std::uint64_t discoveries(School& school, std::size_t number)
{
    return school.device(number).usm()->counts().discoveries;
}

} // namespace

TEST_CASE("a school is polled over SNMPv3 as over version 2c", "[poll]")
{
    auto setup = setup_of(3);
    setup.snmp.requests_at_once = GENERATE(1U, 4U);
    School school{setup};

    school.run_for(1min);

    CHECK(are_all_whole(school, 3, 5));
    CHECK(school.engine().counts().timeouts == 0);
    CHECK(school.engine().counts().rejected == 0);
    CHECK(discoveries(school, 0) == 1);
}

TEST_CASE("fifty clones of one engine with clocks far apart are all polled whole", "[poll]")
{
    auto setup = setup_of(50);
    setup.engine_id = {0x80, 0, 0x7E, 0xD9, 5, 1, 2, 3};
    School school{setup};
    for (std::uint32_t number = 0; number < 50; ++number)
        set_engine(school, number, 1 + number % 9, number * 300'000);

    school.run_for(1min);

    CHECK(are_all_whole(school, 50, 5));
    CHECK(school.engine().counts().timeouts == 0);
}

TEST_CASE("a restarted engine loses no poll, however it counts its boots", "[poll]")
{
    const auto boots = GENERATE(std::uint32_t{6}, std::uint32_t{5}, std::uint32_t{2});
    auto setup = setup_of(1);
    setup.snmp.requests_at_once = GENERATE(1U, 4U);
    School school{setup};
    set_engine(school, 0, 5, 1'000'000);
    school.run_for(30s);

    set_engine(school, 0, boots, 1);
    school.run_for(1min);

    CHECK(are_all_whole(school, 1, 8));
    REQUIRE(school.seen(0).events.size() == 1);
    CHECK(school.seen(0).events[0].kind == "snmp_engine");
    CHECK_THAT(
        school.seen(0).events[0].text,
        Catch::Contains("boots " + std::to_string(boots) + " after 5")
    );
}

TEST_CASE("a wrong password is named after one request, and the device lives", "[poll]")
{
    auto setup = setup_of(1); // which no ping is sent to
    setup.snmp.usm.auth_password = Secret{"authpass2"};
    School school{setup};

    school.run_for(2min);

    const School::Seen& seen = school.seen(0);
    CHECK(whole(school, 0) == 0);
    CHECK_THAT(seen.cycles.front().outcome.problem, Catch::Contains("look at auth_password"));
    CHECK(seen.cycles.front().outcome.duration < 1600ms);
    REQUIRE(seen.events.size() == 1);
    CHECK(seen.events[0].kind == "poll_failed");
    CHECK_FALSE(school.is_down(0));
    CHECK(discoveries(school, 0) == 1);
}

TEST_CASE("a wrong privacy password is named after the retries", "[poll]")
{
    auto setup = setup_of(1);
    setup.snmp.usm.priv_password = Secret{"privpass2"};
    School school{setup};

    school.run_for(2min);

    const School::Seen& seen = school.seen(0);
    CHECK(whole(school, 0) == 0);
    CHECK(std::all_of(seen.cycles.begin(), seen.cycles.end(), [](const School::Cycle& cycle) {
        return cycle.outcome.problem.find("look at priv_password") != std::string::npos;
    }));
    // No ping is sent to it; that it lives is seen from the reports of its engine.
    CHECK(std::none_of(seen.verdicts.begin(), seen.verdicts.end(), [](const Verdict& verdict) {
        return verdict.state == State::down;
    }));
}

TEST_CASE("a line that loses a third of all requests makes no device of version 3 down", "[poll]")
{
    School school{setup_of(20)};
    for (std::size_t number = 0; number < 20; ++number)
        set_fault(school, number, "loss", 30);

    school.run_for(1h);

    for (std::size_t number = 0; number < 20; ++number) {
        const auto& verdicts = school.seen(number).verdicts;
        CHECK(std::none_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
            return verdict.state == State::down;
        }));
    }
}

TEST_CASE("a device that never answers costs two packets a poll and is told so", "[poll]")
{
    auto setup = setup_of(2); // the second one is pinged
    School school{setup};
    set_fault(school, 1, "silence", {});

    school.run_for(2min);

    const School::Seen& seen = school.seen(1);
    REQUIRE(seen.cycles.size() >= 10);
    CHECK_THAT(
        seen.cycles.back().outcome.problem, Catch::Contains("no answer to SNMPv3 discovery")
    );
    CHECK(school.device(1).counts().requests <= 2 * seen.cycles.size() + 2);
}

TEST_CASE("a device that comes back with other boots is polled whole in its next cycle", "[poll]")
{
    School school{setup_of(1)};
    school.run_for(20s);
    set_fault(school, 0, "silence", {});
    school.run_for(2min);
    CHECK(school.is_down(0));

    school.set_fault(0, *sim::find_fault("silence"), false);
    set_engine(school, 0, 77, 5);
    school.forget();
    school.run_for(1min);

    CHECK(are_all_whole(school, 1, 5));
    CHECK_FALSE(school.is_down(0));
}

TEST_CASE("liveness and polling together discover no more than twice in ten seconds", "[poll]")
{
    School school{setup_of(1)};
    set_fault(school, 0, "silence", {});

    school.run_for(10min);

    CHECK(discoveries(school, 0) >= 60);
    CHECK(discoveries(school, 0) <= 2 * 60 + 1);
}

TEST_CASE("a reply of version 2c answers no request of version 3", "[poll]")
{
    Engine engine{1};
    DeviceConfig config;
    config.name = "sw-1";
    config.snmp = setup_of(1).snmp;
    const MonoTime now{1'000s};
    engine.add(0, config, School::address(0), now);
    engine.tick(now + 2s);
    REQUIRE(engine.outgoing().size() == 1);
    const auto id = parse_v3_message(engine.buffer()).value().id;
    std::array<std::byte, 100> reply{};
    const std::size_t size = encode_request(
        {.community = "public", .type = PduType::response, .request_id = id}, {}, reply
    );

    CHECK_FALSE(engine.feed(School::address(0), std::span{reply}.first(size), now + 2s));
    CHECK(engine.counts().rejected == 1);
}

} // namespace engine_v3_test
