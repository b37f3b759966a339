// How observations become lives, through the whole ledger.

#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

namespace evidence_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

constexpr auto up = OperStatus::up;
constexpr auto down = OperStatus::down;

std::vector<Interval> port_life(const Telling& telling)
{
    Ledger ledger{{}};
    tell(ledger, telling.decoded());
    return life(the_port(*ledger.snapshot(at(0)), "Gi1").timeline);
}

std::vector<Interval> device_life(const Telling& telling)
{
    Ledger ledger{{}};
    tell(ledger, telling.decoded());
    return life(the_device(*ledger.snapshot(at(0))).timeline);
}

Telling two_readings(const Port& first, const Port& second, std::int64_t seconds)
{
    Telling telling;
    telling.define(port_table({"Gi1"}));
    telling.ports(0, 1'000'000, {first});
    telling.ports(seconds, 1'000'000 + static_cast<std::uint32_t>(seconds) * 100, {second});
    telling.seal(seconds);
    return telling;
}

} // namespace

TEST_CASE("a state stands from one reading to the next", "[health]")
{
    CHECK(port_life(two_readings({up}, {up}, 60)) == std::vector{piece(0, 60, State::up)});
}

TEST_CASE("silence of the agent is unknown after 2.5 intervals, never down", "[health]")
{
    Telling telling = two_readings({up}, {up}, 3'600);
    telling.ports(3'660, 1'366'000, {{up}});
    telling.seal(3'660);

    CHECK(
        port_life(telling) == std::vector{piece(0, 150, State::up), piece(3'600, 3'660, State::up)}
    );
}

TEST_CASE("a link change is dated by ifLastChange where that lies in between", "[health]")
{
    const Telling telling = two_readings({up}, {.oper = down, .last_change = 1'002'000}, 60);

    CHECK(port_life(telling) == std::vector{piece(0, 20, State::up), piece(20, 60, State::down)});
}

TEST_CASE("a link change is dated by the reading where ifLastChange is nonsense", "[health]")
{
    const Telling before = two_readings({up}, {.oper = down, .last_change = 5}, 60);
    const Telling after = two_readings({up}, {.oper = down, .last_change = 4'000'000'000}, 60);

    CHECK(port_life(before) == std::vector{piece(0, 60, State::up)});
    CHECK(port_life(after) == std::vector{piece(0, 60, State::up)});
}

TEST_CASE("after a long silence a dated change is known from its date on", "[health]")
{
    const Telling telling = two_readings({up}, {.oper = down, .last_change = 1'300'000}, 3'600);

    CHECK(
        port_life(telling) ==
        std::vector{piece(0, 150, State::up), piece(3'000, 3'600, State::down)}
    );
}

TEST_CASE("an administratively down port is outside its life", "[health]")
{
    const Port closed{.oper = down, .admin = AdminStatus::down};

    CHECK(port_life(two_readings(closed, closed, 60)) == std::vector{piece(0, 60, State::outside)});
}

TEST_CASE("a port that is testing is unknown", "[health]")
{
    CHECK(port_life(two_readings({OperStatus::testing}, {up}, 60)).empty());
}

TEST_CASE("a dead device is down from its first miss", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.device(0, State::up, 5);
    telling.device(25, State::down, 15);
    telling.device(35, State::down, 25);
    telling.device(45, State::up, 0);
    telling.device(55, State::up, 10);
    telling.seal(55);

    CHECK(
        device_life(telling) ==
        std::vector{
            piece(0, 10, State::up),
            piece(10, 45, State::down),
            piece(45, 55, State::up),
        }
    );
}

TEST_CASE("a device that was never seen up is down from its first miss on", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.device(30, State::down, 20);
    telling.device(40, State::down, 30);
    telling.seal(40);

    CHECK(device_life(telling) == std::vector{piece(10, 40, State::down)});
}

TEST_CASE("a first miss before the last good answer is dated at that answer", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.device(0, State::up);
    telling.device(20, State::down, 60);
    telling.seal(20);

    CHECK(device_life(telling) == std::vector{piece(0, 20, State::down)});
}

TEST_CASE("a clock that is set forward neither stretches nor tears a life", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.device(0, State::up);
    telling.device(10, State::up);
    telling.seal(10);
    telling.set_clock(1h);
    telling.device(20, State::up);
    telling.seal(20);

    CHECK(
        device_life(telling) == std::vector{piece(0, 10, State::up), piece(3'610, 3'620, State::up)}
    );
}

TEST_CASE("a machine that does not know the time yet gives no evidence", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.set_clock(-(start - WallTime{}));
    telling.device(0, State::up);
    telling.device(10, State::up);
    telling.seal(10);
    telling.set_clock(0ms);
    telling.device(20, State::up);
    telling.seal(20);

    CHECK(device_life(telling) == std::vector{piece(10, 20, State::up)});
}

TEST_CASE("evidence from more than an hour ahead of the collector is left out", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.set_clock(2h);
    telling.device(0, State::up);
    telling.device(10, State::up);
    telling.seal(10);
    Ledger ledger{{}};
    ledger.heard(the_agent, at(11));

    tell(ledger, telling.decoded());

    CHECK(ledger.counts().misplaced == 2);
    CHECK(life(the_device(*ledger.snapshot(at(11))).timeline).empty());
}

TEST_CASE("a device is shown alive although its agent's clock is wrong", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.set_clock(-10min);
    telling.device(0, State::up);
    telling.device(10, State::up);
    telling.seal(10);
    Ledger ledger{{}};
    ledger.heard(the_agent, at(11));

    tell(ledger, telling.decoded());

    const auto snapshot = ledger.snapshot(at(12));
    CHECK(state_at(the_device(*snapshot), at(12)) == State::up);
    CHECK(state_at(the_device(*snapshot), at(40)) == State::unknown);
}

TEST_CASE("newest evidence that a wrong clock dates is in no sum", "[health]")
{
    const auto offset = GENERATE(
        at(0) - WallTime{std::chrono::hours{1}}, std::chrono::milliseconds{std::chrono::hours{-2}}
    );
    Telling telling;
    telling.define(liveness_table());
    telling.device(0, State::up);
    telling.device(10, State::up);
    telling.seal(10);
    telling.set_clock(-offset);
    telling.device(20, State::up);
    telling.seal(20);
    Ledger ledger{{}};
    for (const DecodedBatch& batch : telling.decoded()) {
        ledger.heard(the_agent, at(20));
        ledger.apply(the_agent, wire::Lane::live, batch);
    }
    const auto snapshot = ledger.snapshot(at(21));
    const DeviceView& device = the_device(*snapshot);

    CHECK(state_at(device, at(21)) == State::up);
    CHECK(share_of(device, at(-1'000), at(21)).unknown == 11s);
    CHECK(share_of(device, at(-1'000), at(21)).up == 10s);
    CHECK(life_of(device, WallTime{}, at(100'000)) == std::vector{piece(0, 10, State::up)});
}

TEST_CASE("the newest evidence stands for as long as evidence does, and is not stored", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.device(0, State::up);
    telling.device(10, State::up);
    telling.seal(10);
    Ledger ledger{{}};
    tell(ledger, telling.decoded());
    const auto snapshot = ledger.snapshot(at(100));
    const DeviceView& device = the_device(*snapshot);

    CHECK(share_of(device, at(0), at(20)) == Share{.up = 20s});
    CHECK(share_of(device, at(0), at(100)) == Share{.up = 35s, .down = 0s, .unknown = 65s});
    CHECK(share_of(device, at(15), at(20)) == Share{.up = 5s});
    CHECK(share_of(device, at(-100), at(0)) == Share{});
    CHECK(life_of(device, at(0), at(100)) == std::vector{piece(0, 35, State::up)});
    CHECK(life(device.timeline) == std::vector{piece(0, 10, State::up)});
}

} // namespace evidence_test
