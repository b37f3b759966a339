#include "collector/health/journal.hpp"
#include "collector/health/step_code.hpp"
#include "collector/health/table_state.hpp"
#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace journal_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

// One port, read every 60 s; a batch each.
std::vector<DecodedBatch> readings(int count)
{
    Telling telling;
    telling.define(port_table({"Gi1", "Gi2"}));
    for (int i = 0; i < count; ++i) {
        const auto octets = static_cast<std::uint64_t>(i) * 600;
        telling.ports(i * 60, 1'000'000 + i * 6'000, {{.octets = octets}, {.octets = octets / 2}});
        telling.seal(i * 60 + 1);
    }
    return telling.decoded();
}

// Applies one and takes a checkpoint, as time goes on.
Checkpoint take_after(Ledger& ledger, const DecodedBatch& batch)
{
    ledger.heard(the_agent, batch.sealed_at.wall);
    tell(ledger, {batch});
    Checkpoint taken = ledger.take_checkpoint();
    ledger.committed(taken);
    return taken;
}

StepOrigin origin_of(const DecodedBatch& batch)
{
    return {
        .lane = wire::Lane::live,
        .agent = the_agent.name,
        .boot = batch.boot,
        .sealed_at = batch.sealed_at,
        .received = batch.sealed_at.wall + 3s,
    };
}

} // namespace

TEST_CASE("a step that was written comes back", "[health]")
{
    const auto batches = readings(3);
    const Step& step = batches[2].steps.at(0);
    const StepOrigin origin = origin_of(batches[2]);
    ByteWriter out;
    put_step(out, origin, step);

    const auto read = take_step(out.written(), step.table, step.earlier);

    REQUIRE(read.has_value());
    CHECK(*read->step.later == *step.later);
    CHECK(read->step.earlier == step.earlier);
    CHECK(read->origin.boot == origin.boot);
    CHECK(read->origin.sealed_at.mono == origin.sealed_at.mono);
    CHECK(read->origin.sealed_at.wall == origin.sealed_at.wall);
    CHECK(read->origin.received == origin.received);
}

TEST_CASE("a step that was cut short is malformed", "[health]")
{
    const auto batches = readings(2);
    const Step& step = batches[1].steps.at(0);
    ByteWriter out;
    put_step(out, origin_of(batches[1]), step);
    const auto whole = out.written();

    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(take_step(whole.first(size), step.table, step.earlier).error() == Errc::malformed);
}

TEST_CASE("a step is plain only where cells, clocks and boot are those of before", "[health]")
{
    const auto batches = readings(2);
    const PlacedReading& earlier = *batches[1].steps.at(0).earlier;
    const PlacedReading later = *batches[1].steps.at(0).later;
    CHECK(is_plain(earlier, later));

    PlacedReading other = later;
    other.boot += 1;
    CHECK_FALSE(is_plain(earlier, other));
    other = later;
    other.reading.uptime.reset();
    CHECK_FALSE(is_plain(earlier, other));
    other = later;
    other.reading.cells.set(0, std::nullopt);
    CHECK_FALSE(is_plain(earlier, other));
}

TEST_CASE("a table's record is written first, then its steps, then a record again", "[health]")
{
    const auto batches = readings(40);
    Ledger ledger{{}};
    std::vector<std::size_t> records;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        const Checkpoint taken = take_after(ledger, batches[i]);
        CHECK(taken.tables.size() + taken.journal.size() >= 1);
        CHECK(taken.rollups.size() <= taken.tables.size());
        if (!taken.tables.empty()) records.push_back(i);
    }

    // At most sixteen steps lie between two records.
    CHECK(records == std::vector<std::size_t>{0, 16, 32});
}

TEST_CASE("a table that fell silent is written whole", "[health]")
{
    const auto batches = readings(3);
    Ledger ledger{{}};
    for (const DecodedBatch& batch : batches)
        static_cast<void>(take_after(ledger, batch));

    ledger.heard(the_agent, at(121 + 149));
    CHECK(ledger.take_checkpoint().tables.empty());
    ledger.heard(the_agent, at(121 + 150));
    REQUIRE(ledger.dirty());
    const Checkpoint taken = ledger.take_checkpoint();

    REQUIRE(taken.tables.size() == 1);
    REQUIRE(taken.rollups.size() == 1);
    CHECK(taken.journal.empty());
    CHECK_FALSE(ledger.dirty());
}

TEST_CASE("entries are kept until the last table that needs them is written", "[health]")
{
    const auto batches = readings(3);
    Ledger ledger{{}};
    const auto first = take_after(ledger, batches[0]);
    const auto second = take_after(ledger, batches[1]);
    const auto third = take_after(ledger, batches[2]);
    CHECK(first.journal.empty());
    REQUIRE(second.journal.size() == 1);
    REQUIRE(third.journal.size() == 1);
    CHECK(third.journal[0].number > second.journal[0].number);
    CHECK(third.journal_needed_from == second.journal[0].number);

    ledger.heard(the_agent, at(1'000));
    CHECK(ledger.take_checkpoint().journal_needed_from > third.journal[0].number);
}

TEST_CASE("a ledger goes on from records and journal as if it had not stopped", "[health]")
{
    const auto batches = readings(12);
    Ledger ledger{{}};
    MemoryDb db;
    for (const DecodedBatch& batch : batches)
        db.write(take_after(ledger, batch));
    REQUIRE(db.image().journal.size() == 11);
    CHECK(db.octets("Gi1") == 0);

    Ledger again{db.image()};

    const auto was = ledger.snapshot(at(662));
    const auto is = again.snapshot(at(662));
    for (const std::string name : {"Gi1", "Gi2"}) {
        const InterfaceView& before = the_port(*was, name);
        const InterfaceView& after = the_port(*is, name);
        CHECK(after.total == before.total);
        CHECK(*after.per_second[0] == *before.per_second[0]);
        CHECK(life(after.timeline) == life(before.timeline));
    }
    CHECK(the_device(*is).interfaces_at == the_device(*was).interfaces_at);
    again.heard(the_agent, at(2'000));
    commit(again, db);
    CHECK(db.octets("Gi1") == 11 * 600);
    CHECK(db.octets("Gi2") == 11 * 300);
    CHECK(db.image().journal.empty());
}

TEST_CASE("a damaged journal costs its steps, and is counted", "[health]")
{
    const auto batches = readings(3);
    Ledger ledger{{}};
    MemoryDb db;
    for (const DecodedBatch& batch : batches)
        db.write(take_after(ledger, batch));
    LedgerImage image = db.image();
    image.journal.at(0).steps.pop_back();

    const Ledger again{image};

    CHECK(again.counts().unreadable > 0);
}

TEST_CASE("a table that is written whole again and again waits once", "[health]")
{
    const auto batches = readings(3);
    const Step& step = batches[2].steps.at(0);
    const TableKey key{.site = "lincoln", .device = "sw-1", .kind = TableKind::interface};
    TableState table{key, the_agent.name};
    StepOrigin origin = origin_of(batches[2]);
    LedgerAdditions additions;
    Ledger::Counts counts;
    table.apply(origin, step, additions, counts);
    Journal journal;
    std::size_t most = 0;
    for (int i = 0; i < 2'000; ++i) {
        *origin.received = *origin.received + 5s;
        if (journal.add(table, origin, step)) journal.settle(table);
        for (const TableState* due : journal.take_due(*origin.received))
            journal.settle(*due);
        most = std::max(most, journal.queued());
    }
    CHECK(most <= 2);
}

} // namespace journal_test
