#include "agent/snmp/engine_clock.hpp"

#include <catch2/catch.hpp>

namespace engine_clock_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

using Judgement = EngineClock::Judgement;

constexpr MonoTime start{1'000s};

// Of an engine whose stamp was 5 boots and 10,000 s at the start.
EngineClock known()
{
    EngineClock clock;
    clock.take({.boots = 5, .time = 10'000}, start);
    return clock;
}

} // namespace

TEST_CASE("a clock that knows nothing stamps zeros, so that the device tells its own", "[snmp]")
{
    CHECK(EngineClock{}.stamp(start) == EngineStamp{});
}

TEST_CASE("a stamp runs on with the monotonic clock", "[snmp]")
{
    CHECK(known().stamp(start + 3600s) == EngineStamp{.boots = 5, .time = 13'600});
}

TEST_CASE("time never runs past its end", "[snmp]")
{
    EngineClock clock;
    clock.take({.boots = 1, .time = 2'147'483'600}, start);

    CHECK(clock.stamp(start + 3600s).time == 2'147'483'647);
}

TEST_CASE("a message up to 150 s late is timely, and does not set the clock back", "[snmp]")
{
    EngineClock clock = known();

    CHECK(clock.take({.boots = 5, .time = 9'850}, start) == Judgement::timely);
    CHECK(clock.stamp(start).time == 10'000);
    CHECK(clock.take({.boots = 5, .time = 9'849}, start) == Judgement::behind);
}

TEST_CASE("a slow clock of a device is followed, message by message", "[snmp]")
{
    EngineClock clock = known();
    // A minute of its own lasts 100 s: after an hour it is far behind what we would compute.
    std::vector<Judgement> judgements;
    for (int minute = 1; minute <= 60; ++minute)
        judgements.push_back(
            clock.take({.boots = 5, .time = 10'000 + 60 * minute}, start + 100s * minute)
        );

    CHECK(judgements == std::vector<Judgement>(60, Judgement::timely));
}

TEST_CASE("a later boot is believed at once", "[snmp]")
{
    EngineClock clock = known();

    CHECK(clock.take({.boots = 6, .time = 3}, start + 60s) == Judgement::restarted);
    CHECK(clock.stamp(start + 70s) == EngineStamp{.boots = 6, .time = 13});
}

TEST_CASE("a clock is set back when it was said three times in a row", "[snmp]")
{
    const auto boots = GENERATE(1, 5);
    EngineClock clock = known();

    CHECK(clock.take({.boots = boots, .time = 10}, start) == Judgement::behind);
    CHECK(clock.take({.boots = boots, .time = 11}, start + 1s) == Judgement::behind);
    CHECK(clock.stamp(start + 1s).boots == 5);
    CHECK(clock.take({.boots = boots, .time = 12}, start + 2s) == Judgement::set_back);
    CHECK(clock.stamp(start + 3s) == EngineStamp{.boots = boots, .time = 13});
}

TEST_CASE("what contradicts itself sets no clock back", "[snmp]")
{
    EngineClock clock = known();

    CHECK(clock.take({.boots = 1, .time = 10}, start) == Judgement::behind);
    CHECK(clock.take({.boots = 2, .time = 10}, start) == Judgement::behind);
    CHECK(clock.take({.boots = 1, .time = 11}, start) == Judgement::behind);
    CHECK(clock.take({.boots = 1, .time = 10}, start) == Judgement::behind);
    CHECK(clock.stamp(start).boots == 5);
}

TEST_CASE("a timely message ends what others began to prove", "[snmp]")
{
    EngineClock clock = known();

    clock.take({.boots = 1, .time = 10}, start);
    clock.take({.boots = 1, .time = 11}, start);
    clock.take({.boots = 5, .time = 10'001}, start + 1s);

    CHECK(clock.take({.boots = 1, .time = 12}, start + 1s) == Judgement::behind);
}

TEST_CASE("boots at their end are never believed", "[snmp]")
{
    EngineClock clock = known();

    CHECK(clock.take({.boots = 2'147'483'647, .time = 1}, start) == Judgement::latched);
    CHECK(clock.stamp(start).boots == 5);
}

TEST_CASE("doubt makes the device tell its time, and forgets nothing", "[snmp]")
{
    EngineClock clock = known();

    clock.doubt();

    CHECK(clock.stamp(start) == EngineStamp{});
    CHECK(clock.take({.boots = 4, .time = 1}, start) == Judgement::behind);
    CHECK(clock.take({.boots = 5, .time = 10'100}, start + 100s) == Judgement::timely);
    CHECK(clock.stamp(start + 100s) == EngineStamp{.boots = 5, .time = 10'100});
}

TEST_CASE("a hint changes the next stamp and what is believed not at all", "[snmp]")
{
    EngineClock clock = known();

    clock.hint({.boots = 9, .time = 90}, start);

    CHECK(clock.stamp(start + 1s) == EngineStamp{.boots = 9, .time = 91});
    CHECK(clock.take({.boots = 5, .time = 10'002}, start + 2s) == Judgement::timely);
    CHECK(clock.stamp(start + 2s) == EngineStamp{.boots = 5, .time = 10'002});
}

} // namespace engine_clock_test
