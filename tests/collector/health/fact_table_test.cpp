// Facts in the ledger: the newest reading is what is kept of them, over restarts too.

#include "collector/health/fact_table.hpp"
#include "tests/collector/fleet.hpp"
#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

namespace fact_table_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using collector::test::Fact;
using collector::test::fact_cells;
using collector::test::fact_table;
using namespace std::chrono_literals;

namespace {

std::vector<Fact> facts_at(double charge, double degrees)
{
    return {
        {.key = "ups", .attributes = {}, .values = {{"charge_ratio", charge}}},
        {.key = "sensors/probes.1",
         .attributes = {{Attribute::name, "rack"}, {Attribute::kind, "temperature"}},
         .values = {{"value", degrees}, {"status", "ok"}}},
    };
}

double number(const FactTable& facts, FactSection section, std::string_view name)
{
    return facts.number(facts.rows(section).front(), fact_field(section, name)).value();
}

/// Facts every five minutes, as many times.
std::vector<DecodedBatch> facts_told(std::size_t times)
{
    Telling told;
    told.define(fact_table("sw-1", facts_at(0, 0)));
    for (std::size_t i = 0; i < times; ++i) {
        const auto second = static_cast<std::int64_t>(i) * 300;
        told.facts(second, fact_cells(facts_at(0.25, 20.0 + static_cast<double>(i))));
        told.seal(second);
    }
    return told.decoded();
}

/// As they come: heard at their time.
void hear(
    Ledger& ledger, const std::vector<DecodedBatch>& batches, std::size_t from, std::size_t to
)
{
    for (std::size_t i = from; i < to; ++i) {
        ledger.heard(the_agent, at(static_cast<std::int64_t>(i) * 300));
        tell(ledger, {batches.at(i)});
    }
}

} // namespace

TEST_CASE("a snapshot has the newest facts and shares them with the next", "[health]")
{
    Ledger ledger{{}};
    const auto told = facts_told(3);

    hear(ledger, told, 0, 2);

    const auto first = ledger.snapshot(at(301));
    const FactTable& facts = the_device(*first).facts;
    CHECK(number(facts, FactSection::ups, "charge_ratio") == 0.25);
    CHECK(number(facts, FactSection::sensors, "value") == 21);
    CHECK(facts.is_fresh(at(300 + 750)));
    CHECK_FALSE(facts.is_fresh(at(300 + 751)));
    CHECK(the_device(*first).agent == "agent-1");

    hear(ledger, told, 2, 3);
    const auto second = ledger.snapshot(at(601));
    CHECK(the_device(*second).facts.layout == facts.layout);
    CHECK(number(the_device(*second).facts, FactSection::sensors, "value") == 22);
    CHECK(number(facts, FactSection::sensors, "value") == 21);
}

TEST_CASE("a restarted collector shows the facts that it had", "[health]")
{
    MemoryDb db;
    Ledger ledger{{}};
    const auto told = facts_told(4);
    // The first is in the table's record, the others in the journal.
    hear(ledger, told, 0, 1);
    commit(ledger, db);
    hear(ledger, told, 1, 4);
    commit(ledger, db);

    Ledger again{db.image()};

    CHECK(again.counts().unreadable == 0);
    const auto before = ledger.snapshot(at(901));
    const auto after = again.snapshot(at(901));
    const FactTable& facts = the_device(*after).facts;
    REQUIRE(facts.layout);
    CHECK(*facts.layout->definition() == *the_device(*before).facts.layout->definition());
    CHECK(facts.reading->reading.cells == the_device(*before).facts.reading->reading.cells);
    CHECK(facts.read_at == the_device(*before).facts.read_at);
    CHECK(number(facts, FactSection::sensors, "value") == 23);
}

TEST_CASE("a device whose parts changed has the new ones", "[health]")
{
    MemoryDb db;
    Ledger ledger{{}};
    Telling told;
    told.define(fact_table("sw-1", facts_at(0, 0)));
    told.facts(0, fact_cells(facts_at(1, 20)));
    told.seal(0);
    const std::vector<Fact> other{
        {.key = "printer", .attributes = {}, .values = {{"pages", 12.0}}}};
    told.define(fact_table("sw-1", other));
    told.facts(300, fact_cells(other));
    told.seal(300);

    tell(ledger, told.decoded());
    commit(ledger, db);

    for (const auto& snapshot : {ledger.snapshot(at(301)), Ledger{db.image()}.snapshot(at(301))}) {
        const FactTable& facts = the_device(*snapshot).facts;
        CHECK(facts.rows(FactSection::ups).empty());
        CHECK(number(facts, FactSection::printer, "pages") == 12);
    }
}

TEST_CASE("facts that came late bring no old values back", "[health]")
{
    Ledger ledger{{}};
    hear(ledger, facts_told(3), 0, 3);
    Telling late{Epoch{8}};
    late.define(fact_table("sw-1", facts_at(0, 0)));
    late.facts(100, fact_cells(facts_at(1, 99)));
    late.seal(100);

    tell(ledger, late.decoded(), wire::Lane::history);

    const auto snapshot = ledger.snapshot(at(601));
    CHECK(number(the_device(*snapshot).facts, FactSection::sensors, "value") == 22);
}

TEST_CASE("facts that nobody tells any more are forgotten with their device", "[health]")
{
    MemoryDb db;
    Ledger ledger{{}};
    hear(ledger, facts_told(1), 0, 1);
    commit(ledger, db);

    ledger.trim(at(0) + 24h);
    commit(ledger, db);

    CHECK(ledger.snapshot(at(0) + 24h)->devices.empty());
    CHECK(db.image().tables.empty());
}

} // namespace fact_table_test
