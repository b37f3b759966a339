// What agents that lost their spool, that are cloned or that lie can do to the ledger.

#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

namespace ledger_bounds_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

DecodedBatch empty_batch(std::uint64_t epoch, std::uint64_t seq)
{
    return {.id = {Epoch{epoch}, Seq{seq}, Seq{seq}}, .boot = 1, .sealed_at = {}};
}

Step step_of(const TableDefinition& table, std::vector<Cell> cells, WallTime wall)
{
    PlacedReading placed{.boot = 1, .wall = wall, .reading = {.cells = std::move(cells)}};
    return {
        .table = std::make_shared<const TableDefinition>(table),
        .earlier = nullptr,
        .later = std::make_shared<const PlacedReading>(std::move(placed)),
    };
}

} // namespace

TEST_CASE(
    "epochs that a hello names are kept, of others the newest, in the database too", "[health]"
)
{
    Ledger ledger{{}};
    MemoryDb db;
    for (std::uint64_t epoch = 1; epoch <= 70; ++epoch)
        tell(ledger, {empty_batch(epoch, 1)});
    ledger.connected(
        the_agent, {.epoch = Epoch{71}, .older = {{Epoch{1}, Seq{1}}}, .software = ""}, "", {}
    );
    tell(ledger, {empty_batch(71, 2)});
    commit(ledger, db);
    Ledger restarted{db.image()};

    CHECK(restarted.durable(the_agent, Epoch{1}).contains(Seq{1}));
    CHECK(restarted.durable(the_agent, Epoch{2}).ranges().empty());
    CHECK(restarted.durable(the_agent, Epoch{6}).ranges().empty());
    CHECK(restarted.durable(the_agent, Epoch{7}).contains(Seq{1}));
    CHECK(restarted.durable(the_agent, Epoch{71}).contains(Seq{2}));
    CHECK(db.image().agents.size() == 66);
}

TEST_CASE("the epoch in use survives, however many came before it", "[health]")
{
    Ledger ledger{{}};
    MemoryDb db;
    for (std::uint64_t epoch = 1; epoch < 10; ++epoch) {
        tell(ledger, {empty_batch(epoch, 1), empty_batch(100, epoch)});
        commit(ledger, db);
    }

    CHECK(Ledger{db.image()}.durable(the_agent, Epoch{100}).contains(SeqRange{Seq{1}, Seq{9}}));
}

TEST_CASE("batches full of holes are refused before they fill the memory", "[health]")
{
    Ledger ledger{{}};
    for (std::uint64_t seq = 1; seq < 20'000; seq += 2)
        tell(ledger, {empty_batch(7, seq)});

    CHECK(ledger.counts().batches == 4'096);
    CHECK(ledger.counts().refused > 0);
}

TEST_CASE("an agent may have only so many tables", "[health]")
{
    Ledger ledger{{}};
    DecodedBatch batch = empty_batch(7, 1);
    for (int i = 0; i < 20'100; ++i) {
        TableDefinition table = liveness_table();
        table.device = std::to_string(i);
        batch.steps.push_back(step_of(table, {1, 0}, at(0)));
    }
    tell(ledger, {batch});

    CHECK(ledger.snapshot(at(1))->devices.size() == 20'000);
    CHECK(ledger.counts().refused == 100);
}

TEST_CASE("rows that left are forgotten when there are many, their lives written", "[health]")
{
    Telling telling;
    for (int round = 0; round < 100; ++round) {
        std::vector<std::string> ports;
        for (int port = 0; port < 8; ++port)
            ports.push_back(std::to_string(round) + "/" + std::to_string(port));
        telling.define(port_table(ports));
        telling.ports(round * 120, 1'000'000 + round * 12'000, std::vector<Port>(8));
        telling.ports(
            round * 120 + 60, 1'006'000 + round * 12'000, std::vector<Port>(8, {.octets = 5})
        );
    }
    telling.seal(12'000);
    Ledger ledger{{}};
    MemoryDb db;
    tell(ledger, telling.decoded());

    const Checkpoint checkpoint = ledger.take_checkpoint();
    db.write(checkpoint);

    CHECK(checkpoint.intervals.size() > 600);
    CHECK(db.octets("0/0") == 5);
    CHECK(db.octets("99/7") == 5);
    CHECK(checkpoint.tables.at(0).state.size() < 20'000);
}

TEST_CASE("readings that do not fit their table are left out", "[health]")
{
    Ledger ledger{{}};
    DecodedBatch batch = empty_batch(7, 1);
    batch.steps.push_back(step_of(port_table({"Gi1"}), {1, 2}, at(0)));
    batch.steps.push_back(step_of(liveness_table(), {1, 0}, WallTime{1'000'000'000'000'000ms}));
    batch.steps.push_back({});
    tell(ledger, {batch});

    CHECK(ledger.counts().misplaced == 2);
}

TEST_CASE("of two rows with one key the first one counts, and one is shown", "[health]")
{
    Telling telling;
    telling.define(port_table({"Gi1", "Gi1"}));
    telling.ports(0, 1'000'000, {{.octets = 100}, {.octets = 5'000}});
    telling.ports(60, 1'006'000, {{.octets = 130}, {.octets = 9'000}});
    telling.seal(61);
    Ledger ledger{{}};
    tell(ledger, telling.decoded());

    const auto snapshot = ledger.snapshot(at(61));

    CHECK(the_device(*snapshot).interfaces->rows.size() == 1);
    CHECK(the_port(*snapshot, "Gi1").total[0] == 30);
}

TEST_CASE("an agent's vitals are kept under the name in its certificate", "[health]")
{
    Ledger ledger{{}};
    MemoryDb db;
    TableDefinition vitals{
        .device = "somebody-else",
        .kind = TableKind::agent,
        .interval = 60s,
        .columns = {Metric::agent_spool_bytes},
        .rows = {Row{}},
    };
    DecodedBatch batch = empty_batch(7, 1);
    batch.steps.push_back(step_of(vitals, {4'711}, at(0)));
    tell(ledger, {batch});
    commit(ledger, db);

    CHECK(ledger.snapshot(at(1))->agents.at(0).vitals.at(Metric::agent_spool_bytes) == 4'711);
    CHECK(
        Ledger{db.image()}.snapshot(at(1))->agents.at(0).vitals.at(Metric::agent_spool_bytes) ==
        4'711
    );
}

TEST_CASE("a damaged record is counted and begun anew", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.device(0, State::up);
    telling.seal(0);
    Ledger ledger{{}};
    tell(ledger, telling.decoded());
    Checkpoint checkpoint = ledger.take_checkpoint();
    REQUIRE(checkpoint.tables.size() == 1);
    const TableRecord whole = checkpoint.tables[0];
    const auto check_damaged = [&](std::vector<std::byte> TableRecord::*part) {
        for (std::size_t size = 0; size < (whole.*part).size(); ++size) {
            (checkpoint.tables[0].*part).resize(size);
            Ledger damaged{checkpoint};
            CHECK(damaged.counts().unreadable == 1);
            CHECK(damaged.snapshot(at(0))->devices.empty());
            checkpoint.tables[0] = whole;
        }
    };
    check_damaged(&TableRecord::definition);
    check_damaged(&TableRecord::state);
}

TEST_CASE("what nobody told of since the retention is forgotten for good", "[health]")
{
    Telling telling;
    telling.define(liveness_table());
    telling.device(0, State::up);
    telling.device(10, State::up);
    telling.seal(10);
    Ledger ledger{{}};
    MemoryDb db;
    tell(ledger, telling.decoded());
    commit(ledger, db);

    ledger.trim(at(5));
    CHECK(ledger.snapshot(at(20))->devices.size() == 1);
    ledger.trim(at(1'000));
    commit(ledger, db);

    CHECK(ledger.snapshot(at(20))->devices.empty());
    CHECK(db.image().tables.empty());
}

} // namespace ledger_bounds_test
