#include "agent/poll/engine.hpp"
#include "tests/agent/poll/school.hpp"
#include "tests/sim/faults.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

namespace engine_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::School;

namespace {

constexpr MonoTime start{1'000s};

DeviceConfig config_of(const std::string& name)
{
    DeviceConfig config;
    config.name = name;
    config.address = "192.0.2.1";
    config.snmp = SnmpSettings{};
    config.poll_interval = 10s;
    return config;
}

PeerAddress peer(std::uint8_t last)
{
    return PeerAddress::v4({192, 0, 2, last}, 161);
}

} // namespace

TEST_CASE("each attempt at a silent device has an id of its own", "[poll]")
{
    Engine engine{1};
    engine.add(0, config_of("sw-lib-1"), peer(1), start);
    engine.tick(start + 2s);
    REQUIRE(engine.outgoing().size() == 1);
    const std::vector<std::byte> first{engine.buffer().begin(), engine.buffer().end()};
    engine.clear_outgoing();

    engine.tick(start + 4s);

    REQUIRE(engine.outgoing().size() == 1);
    const std::vector<std::byte> second{engine.buffer().begin(), engine.buffer().end()};
    CHECK(first != second);
    CHECK(engine.counts().timeouts == 1);
}

TEST_CASE("a dead device ends its cycle and delays nobody", "[poll]")
{
    Engine engine{1};
    engine.add(0, config_of("sw-dead"), peer(1), start);
    engine.add(1, config_of("sw-also"), peer(2), start);

    engine.tick(start + 2s);
    CHECK(engine.outgoing().size() == 2);
    engine.clear_outgoing();
    engine.tick(start + 4s);
    engine.tick(start + 6s);
    engine.tick(start + 8s);

    const auto ended = engine.take_ended();
    REQUIRE(ended.size() == 2);
    CHECK(!ended[0].outcome.answered);
}

TEST_CASE("an ICMP error explains a silence but ends nothing", "[poll]")
{
    Engine engine{1};
    engine.add(0, config_of("sw-lib-1"), peer(1), start);
    engine.tick(start + 2s);

    CHECK(engine.refused(peer(9)).empty());
    CHECK(engine.refused(peer(1)) == std::vector<std::uint32_t>{0});
    CHECK(engine.take_ended().empty());

    for (int second = 4; second <= 8; second += 2)
        engine.tick(start + std::chrono::seconds{second});
    const auto ended = engine.take_ended();
    REQUIRE(ended.size() == 1);
    CHECK_THAT(ended[0].outcome.problem, Catch::Contains("nothing listens"));
}

TEST_CASE("datagrams that answer nothing are counted and change nothing", "[poll]")
{
    Engine engine{1};
    engine.add(0, config_of("sw-lib-1"), peer(1), start);
    engine.tick(start + 2s);
    const std::array<std::byte, 3> noise{std::byte{0x30}, std::byte{0x01}, std::byte{0x00}};

    CHECK(!engine.feed(peer(1), noise, start + 2s));
    CHECK(!engine.feed(peer(1), engine.buffer(), start + 2s)); // our own request, echoed

    CHECK(engine.counts().rejected == 2);
    CHECK(engine.take_ended().empty());
}

TEST_CASE("names of many devices are read in turns, and every device gets its turn", "[poll]")
{
    School school{{.devices = 200, .interval = 60s}};
    for (std::size_t number = 0; number < 200; ++number)
        school.set_fault(number, *sim::find_fault("delay"), true);

    std::size_t most = 0;
    for (int step = 0; step < 400; ++step) {
        school.run_for(50ms);
        most = std::max(most, school.engine().reading_names());
    }

    CHECK(most == Turns::most);
    CHECK(school.engine().reading_names() == 0);
    for (std::size_t number = 0; number < 200; ++number) {
        REQUIRE(!school.seen(number).cycles.empty());
        CHECK(school.seen(number).cycles.front().is_whole);
    }
}

TEST_CASE("a turn is free once its owner has done, for whoever waited longest", "[poll]")
{
    Turns turns;
    for (std::uint32_t number = 0; number < Turns::most; ++number)
        REQUIRE(turns.take(number));

    CHECK(turns.take(0));
    CHECK(!turns.take(100));
    CHECK(!turns.take(101));
    CHECK(!turns.take(100));
    CHECK(turns.next() == std::nullopt);

    turns.end(100); // waits no more
    turns.end(7);
    CHECK(turns.next() == 101);
    CHECK(turns.next() == std::nullopt);
    CHECK(turns.take(101));
}

TEST_CASE("deadlines pass in the order of their times, whatever their timeouts", "[poll]")
{
    Deadlines deadlines;
    deadlines.add(start, 3s, {.request_id = 1});
    deadlines.add(start, 1s, {.request_id = 2});
    deadlines.add(start + 1s, 1s, {.request_id = 3});
    CHECK(deadlines.next() == start + 1s);

    CHECK(!deadlines.take(start + 999ms));
    std::vector<std::int32_t> passed;
    while (const auto deadline = deadlines.take(start + 3s))
        passed.push_back(deadline->request_id);

    CHECK(passed == std::vector<std::int32_t>{2, 3, 1});
    CHECK(!deadlines.next());
}

} // namespace engine_test
