#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

namespace ledger_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;
constexpr std::uint32_t last_tick = 0xffff'ffff;

Port counted(std::uint64_t octets)
{
    return {.octets = octets};
}

// Octets 0, 600, 1200, ... at 0, 60, 120, ... seconds, each reading in a batch of its own.
Telling steady(int readings, std::uint32_t uptime = 1'000'000)
{
    Telling telling;
    telling.define(port_table({"Gi1"}));
    for (int i = 0; i < readings; ++i) {
        const auto ticks = uptime + static_cast<std::uint32_t>(i) * 6'000;
        telling.ports(i * 60, ticks, {counted(static_cast<std::uint64_t>(i) * 600)});
        telling.seal(i * 60 + 1);
    }
    return telling;
}

Cell total_of(Ledger& ledger, const std::string& port = "Gi1")
{
    return the_port(*ledger.snapshot(at(0)), port).total[0];
}

} // namespace

TEST_CASE("totals grow by what was counted, rates divide by device time", "[health]")
{
    Ledger ledger{{}};
    tell(ledger, steady(3).decoded());

    const auto snapshot = ledger.snapshot(at(121));
    const InterfaceView& port = the_port(*snapshot, "Gi1");

    CHECK(port.total[0] == 1'200);
    CHECK_FALSE(port.total.has(1));
    const InterfaceTable& table = *snapshot->devices.at(0)->interfaces;
    CHECK(table.raw(port, Metric::if_in_octets) == 1'200);
    CHECK(*port.per_second[0] == Approx(10.0));
    CHECK(*port.utilization[0] == Approx(8e-8));
    CHECK(port.speed.value == 1'000'000'000);
}

TEST_CASE("a batch that comes twice changes nothing", "[health]")
{
    const auto batches = steady(3).decoded();
    Ledger ledger{{}};
    MemoryDb db;
    tell(ledger, batches);
    commit(ledger, db);

    tell(ledger, batches, wire::Lane::history);

    CHECK(ledger.counts().duplicates == 3);
    CHECK_FALSE(ledger.dirty());
    CHECK(ledger.take_checkpoint().empty());
    CHECK(total_of(ledger) == 1'200);
}

TEST_CASE("only what was committed is durable", "[health]")
{
    Ledger ledger{{}};
    tell(ledger, steady(2).decoded());
    CHECK(ledger.durable(the_agent, Epoch{7}).ranges().empty());

    const Checkpoint checkpoint = ledger.take_checkpoint();
    CHECK(ledger.durable(the_agent, Epoch{7}).ranges().empty());

    ledger.committed(checkpoint);
    CHECK(ledger.durable(the_agent, Epoch{7}).contains(SeqRange{Seq{1}, Seq{2}}));
    CHECK(ledger.durable(the_agent, Epoch{8}).ranges().empty());
    CHECK(ledger.durable({"lincoln", "agent-2"}, Epoch{7}).ranges().empty());
}

TEST_CASE("what the receiver has is durable with the next commit, and read back", "[health]")
{
    MemoryDb db;
    Ledger ledger{{}};
    tell(ledger, steady(2).decoded());
    commit(ledger, db);
    CHECK_FALSE(ledger.dirty());

    ledger.set_forwarded(the_agent, Epoch{7}, Seq{2});
    CHECK(ledger.forwarded(the_agent, Epoch{7}).contains(Seq{2}));
    CHECK(ledger.durably_forwarded(the_agent, Epoch{7}).ranges().empty());
    commit(ledger, db);

    CHECK(ledger.durably_forwarded(the_agent, Epoch{7}).contains(Seq{2}));
    const Ledger again{db.image()};
    CHECK(again.durably_forwarded(the_agent, Epoch{7}).contains(Seq{2}));
    CHECK_FALSE(again.durably_forwarded(the_agent, Epoch{7}).contains(Seq{1}));
    CHECK(again.durable(the_agent, Epoch{7}).contains(Seq{1}));
}

TEST_CASE("a commit that failed is written again and counts once", "[health]")
{
    Ledger ledger{{}};
    MemoryDb db;
    tell(ledger, steady(3).decoded());
    const Checkpoint failed = ledger.take_checkpoint();
    // More arrives while the disk is full; then the same value is written, and the rest after it.
    Telling more = steady(5);
    tell(ledger, more.decoded());

    db.write(failed);
    ledger.committed(failed);
    commit(ledger, db);

    CHECK(db.octets("Gi1") == 2'400);
    CHECK(ledger.durable(the_agent, Epoch{7}).contains(SeqRange{Seq{1}, Seq{5}}));
}

TEST_CASE("the uptime of 497 days wraps without a restart", "[health]")
{
    Ledger ledger{{}};
    MemoryDb db;
    tell(ledger, steady(5, last_tick - 9'000).decoded());
    commit(ledger, db);

    CHECK(db.events().empty());
    CHECK(db.octets("Gi1") == 2'400);
    const auto booted = the_device(*ledger.snapshot(at(300))).booted_at;
    CHECK(*booted == at(0) - 10ms * std::int64_t{last_tick - 9'000});
}

TEST_CASE("a restart is told once, dated by the uptime, and counts nothing across", "[health]")
{
    Telling telling = steady(2);
    telling.ports(120, 3'000, {counted(50)});
    telling.seal(121);
    telling.ports(180, 9'000, {counted(80)});
    telling.seal(181);
    Ledger ledger{{}};
    MemoryDb db;
    tell(ledger, telling.decoded());
    commit(ledger, db);

    REQUIRE(db.events().size() == 1);
    CHECK(db.events()[0].event.event.kind == "device_restarted");
    CHECK(db.events()[0].event.event.device == "sw-1");
    CHECK(db.events()[0].event.wall == at(90));
    CHECK(ledger.counts().counter_resets == 2);
    CHECK(db.octets("Gi1") == 630);
    CHECK(total_of(ledger) == 630);
    CHECK(the_device(*ledger.snapshot(at(181))).booted_at == at(90));
}

TEST_CASE("a 32-bit counter counts across its wrap", "[health]")
{
    Telling telling;
    telling.define(port_table({"Gi1"}, false));
    telling.ports(0, 1'000'000, {{.octets = wrap32 - 500, .speed = 10'000'000}});
    telling.ports(60, 1'006'000, {{.octets = 500, .speed = 10'000'000}});
    telling.seal(61);
    Ledger ledger{{}};

    tell(ledger, telling.decoded());

    CHECK(total_of(ledger) == 1'000);
}

TEST_CASE("rows are known by key, whatever their number", "[health]")
{
    Telling telling;
    telling.define(port_table({"Gi1", "Gi2"}));
    telling.ports(0, 1'000'000, {counted(100), counted(10'000)});
    telling.ports(60, 1'006'000, {counted(200), counted(10'020)});
    telling.define(port_table({"Gi2", "Gi3", "Gi1"}));
    telling.ports(120, 1'012'000, {counted(10'050), counted(7), counted(300)});
    telling.seal(121);
    Ledger ledger{{}};

    tell(ledger, telling.decoded());

    CHECK(total_of(ledger, "Gi1") == 200);
    CHECK(total_of(ledger, "Gi2") == 50);
    CHECK(total_of(ledger, "Gi3") == 0);
    CHECK(
        life(the_port(*ledger.snapshot(at(0)), "Gi2").timeline) ==
        std::vector{piece(0, 120, State::up)}
    );
}

TEST_CASE("a row that comes back goes on counting, its absence stays unknown", "[health]")
{
    Telling telling = steady(2);
    telling.define(port_table({"Gi2"}));
    telling.ports(120, 1'012'000, {counted(5)});
    telling.define(port_table({"Gi1"}));
    telling.ports(180, 1'018'000, {counted(1'800)});
    telling.ports(240, 1'024'000, {counted(2'400)});
    telling.seal(241);
    Ledger ledger{{}};

    tell(ledger, telling.decoded());

    CHECK(total_of(ledger) == 2'400);
    CHECK(
        life(the_port(*ledger.snapshot(at(0)), "Gi1").timeline) ==
        std::vector{piece(0, 60, State::up), piece(180, 240, State::up)}
    );
}

TEST_CASE("after a cut totals take over what was counted meanwhile, sums follow", "[health]")
{
    Telling telling = steady(2);
    telling.ports(120, 1'012'000, {counted(1'200)});
    telling.seal(121);
    telling.start_segment();
    telling.ports(180, 1'018'000, {counted(1'800)});
    telling.seal(181);
    auto batches = telling.decoded();
    const std::vector<DecodedBatch> waiting{batches[2]};
    batches.erase(batches.begin() + 2);
    Ledger ledger{{}};
    MemoryDb db;

    tell(ledger, batches);
    commit(ledger, db);
    CHECK(total_of(ledger) == 1'800);
    CHECK(db.octets("Gi1") == 1'200);

    tell(ledger, waiting, wire::Lane::history);
    commit(ledger, db);
    CHECK(total_of(ledger) == 1'800);
    CHECK(db.octets("Gi1") == 1'800);
    CHECK(
        life(the_port(*ledger.snapshot(at(0)), "Gi1").timeline) ==
        std::vector{piece(0, 180, State::up)}
    );
}

TEST_CASE("a rate that the port cannot carry is counted but not shown", "[health]")
{
    Telling telling;
    telling.define(port_table({"Gi1"}));
    telling.ports(0, 1'000'000, {{.octets = 0, .speed = 1'000'000}});
    telling.ports(60, 1'006'000, {{.octets = 60'000'000, .speed = 1'000'000}});
    telling.seal(61);
    Ledger ledger{{}};
    tell(ledger, telling.decoded());

    const auto snapshot = ledger.snapshot(at(61));
    CHECK(ledger.counts().implausible == 1);
    CHECK(the_port(*snapshot, "Gi1").total[0] == 60'000'000);
    CHECK_FALSE(the_port(*snapshot, "Gi1").per_second[0]);
    CHECK_FALSE(the_port(*snapshot, "Gi1").utilization[0]);
}

TEST_CASE("a step longer than evidence holds counts but gives no rate", "[health]")
{
    Telling telling;
    telling.define(port_table({"Gi1"}));
    telling.ports(0, 1'000'000, {counted(0)});
    telling.ports(600, 1'060'000, {counted(6'000)});
    telling.seal(601);
    Ledger ledger{{}};
    tell(ledger, telling.decoded());

    CHECK(total_of(ledger) == 6'000);
    CHECK_FALSE(the_port(*ledger.snapshot(at(601)), "Gi1").per_second[0]);
}

TEST_CASE("access ports are recorded but hold no life in memory", "[health]")
{
    Telling telling;
    telling.define(port_table({"Gi1"}, true, false));
    telling.ports(0, 1'000'000, {{}});
    telling.ports(60, 1'006'000, {{}});
    telling.ports(120, 1'012'000, {{.oper = OperStatus::down}});
    telling.ports(180, 1'018'000, {{.oper = OperStatus::down}});
    telling.seal(181);
    Ledger ledger{{}};
    tell(ledger, telling.decoded());

    const Checkpoint checkpoint = ledger.take_checkpoint();

    CHECK(the_port(*ledger.snapshot(at(181)), "Gi1").timeline == nullptr);
    REQUIRE(checkpoint.intervals.size() == 1);
    CHECK(checkpoint.intervals[0].interval == piece(0, 120, State::up));
    CHECK_FALSE(checkpoint.intervals[0].is_watched);
}

TEST_CASE("an open run is written once it is over, not at each checkpoint", "[health]")
{
    Ledger ledger{{}};
    MemoryDb db;
    std::size_t written = 0;
    for (const DecodedBatch& batch : steady(50).decoded()) {
        tell(ledger, {batch});
        written += ledger.take_checkpoint().intervals.size();
    }

    CHECK(written == 0);
}

TEST_CASE("a snapshot keeps what it showed while the ledger goes on", "[health]")
{
    const auto batches = steady(4).decoded();
    Ledger ledger{{}};
    tell(ledger, {batches.begin(), batches.begin() + 2});
    const auto before = ledger.snapshot(at(61));
    tell(ledger, {batches.begin() + 2, batches.end()});
    const auto after = ledger.snapshot(at(181));

    CHECK(life(the_port(*before, "Gi1").timeline) == std::vector{piece(0, 60, State::up)});
    CHECK(life(the_port(*after, "Gi1").timeline) == std::vector{piece(0, 180, State::up)});
    CHECK(ledger.snapshot(at(182))->devices[0] == after->devices[0]);
}

TEST_CASE("interface views are shared while only liveness changes", "[health]")
{
    Telling telling = steady(2);
    telling.define(liveness_table());
    telling.seal(61);
    Ledger ledger{{}};
    tell(ledger, telling.decoded());
    const auto before = ledger.snapshot(at(61));
    Telling later{Epoch{8}};
    later.define(liveness_table());
    later.device(70, State::up);
    later.seal(70);
    tell(ledger, later.decoded());

    const auto after = ledger.snapshot(at(71));

    CHECK(after->devices[0] != before->devices[0]);
    CHECK(the_device(*after).interfaces == the_device(*before).interfaces);
}

} // namespace ledger_test
