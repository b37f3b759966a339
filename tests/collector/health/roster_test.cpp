// A device that leaves the configuration: its series end, its history stays.

#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

namespace roster_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

// Up from second 0 to 20.
Telling living()
{
    Telling telling;
    telling.define(liveness_table());
    for (int second = 0; second <= 20; second += 10)
        telling.device(second, State::up);
    telling.seal(21);
    return telling;
}

// A batch behind it that says nothing but who is there.
DecodedBatch roster_at(std::int64_t second, std::vector<std::string> devices)
{
    return {
        .id = {Epoch{7}, Seq{100}, Seq{100}},
        .boot = 1,
        .sealed_at = {.mono = MonoTime{std::chrono::seconds{second}}, .wall = at(second)},
        .roster = std::move(devices),
    };
}

} // namespace

TEST_CASE("a device that left is shown no more, but its life is on record", "[health]")
{
    Ledger ledger{{}};
    MemoryDb db;
    ledger.heard(the_agent, at(21));
    tell(ledger, living().decoded());
    ledger.heard(the_agent, at(30));
    tell(ledger, {roster_at(30, {"sw-2"})});
    commit(ledger, db);

    Ledger restarted{db.image()};
    for (Ledger* const each : {&ledger, &restarted}) {
        const auto snapshot = each->snapshot(at(1'000));
        CHECK(snapshot->devices.empty());
        REQUIRE(snapshot->ended.size() == 1);
        const Share share = share_of(*snapshot->ended[0], at(0), at(1'000));
        CHECK(share.up == 30s); // evidence holds beyond the end, life does not
        CHECK(share.down == 0s);
        CHECK(share.unknown == 0s);
    }
    REQUIRE(db.events().size() == 1);
    CHECK(db.events()[0].event.event.kind == "device_left");
}

TEST_CASE("a device that comes back goes on", "[health]")
{
    Telling telling = living();
    Ledger ledger{{}};
    ledger.heard(the_agent, at(61));
    tell(ledger, telling.decoded());
    tell(ledger, {roster_at(30, {})});
    telling.start_segment();
    telling.roster({"sw-1"});
    telling.device(60, State::up);
    telling.seal(61);
    tell(ledger, telling.decoded());

    const auto snapshot = ledger.snapshot(at(61));

    REQUIRE(snapshot->devices.size() == 1);
    CHECK(snapshot->ended.empty());
    CHECK(state_at(*snapshot->devices[0], at(61)) == State::up);
}

TEST_CASE("history and another agent end no device", "[health]")
{
    Ledger ledger{{}};
    ledger.heard(the_agent, at(30));
    tell(ledger, living().decoded());
    tell(ledger, {roster_at(30, {})}, wire::Lane::history);
    const AgentId other{"lincoln", "agent-2"};
    const auto applied = ledger.apply(other, wire::Lane::live, roster_at(30, {}));

    CHECK(applied.is_new);
    CHECK(ledger.snapshot(at(30))->devices.size() == 1);
}

} // namespace roster_test
