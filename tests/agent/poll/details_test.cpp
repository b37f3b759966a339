// What a profile names is read behind the counters, and never at their cost.

#include "agent/poll/device_poll.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace details_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using hallmonitor::FactSection;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::cycle;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;
using hallmonitor::agent::testing::text;

namespace {

constexpr MonoTime start{1'000s};

std::shared_ptr<const Catalogue> catalogue()
{
    const std::vector<ProfileText> texts{
        {"standard", "standard.yaml", "title: Any\n"},
        {"plain",
         "plain.yaml",
         "title: Plain\n"
         "match: {sys_object_id: [1.3.6.1.4.1.9999]}\n"
         "scalars: {load: 1.3.6.1.4.1.9999.2}\n"
         "tables:\n"
         "  fans: {entry: 1.3.6.1.4.1.9999.5.1, columns: {speed: 1}}\n"
         "  none: {entry: 1.3.6.1.4.1.9999.6.1, columns: {a: 1}}\n"
         "  probes: {entry: 1.3.6.1.4.1.9999.7.1, columns: {celsius: 1}}\n"
         "facts:\n"
         "  processors: [{load_ratio: {scalar: load, scale: 0.01}}]\n"
         "  sensors:\n"
         "    - {each: fans, kind: {text: fan}, value: speed}\n"
         "    - {each: probes, kind: {text: temperature}, value: celsius}\n"},
        {"rich",
         "rich.yaml",
         "title: Rich\n"
         "extends: [plain]\n"
         "match: {sys_object_id: [1.3.6.1.4.1.9999], answers: [1.3.6.1.4.1.9999.8]}\n"},
    };
    auto loaded = Catalogue::read(texts);
    for (const ConfigError& error : loaded.errors)
        FAIL(to_string(error));
    return *loaded.config;
}

DeviceConfig config(SnmpVersion version = SnmpVersion::v2c)
{
    DeviceConfig config;
    config.name = "sw-lib-1";
    config.address = "192.0.2.1";
    config.snmp = SnmpSettings{};
    config.snmp->version = version;
    return config;
}

FakeDevice acme(std::uint32_t ports = 2)
{
    FakeDevice device;
    device.set_uptime(100'000);
    device.mib[{1, 3, 6, 1, 2, 1, 1, 2, 0}] = {
        Tag::oid, Oid{1, 3, 6, 1, 4, 1, 9999, 1}.ber_content()};
    device.mib[{1, 3, 6, 1, 4, 1, 9999, 2, 0}] = number(Tag::gauge32, 7);
    for (std::uint32_t row = 1; row <= 30; ++row)
        device.mib[{1, 3, 6, 1, 4, 1, 9999, 5, 1, 1, row}] = number(Tag::gauge32, 1000 * row);
    device.mib[{1, 3, 6, 1, 4, 1, 9999, 7, 1, 1, 1}] = number(Tag::gauge32, 41);
    for (std::uint32_t port = 1; port <= ports; ++port)
        device.add_interface(port, "Gi" + std::to_string(port), 1'000ULL * port);
    return device;
}

std::size_t rows(const std::optional<FactOutcome>& told, FactSection section)
{
    return told ? told->facts.facts.rows(section).size() : 0;
}

TableRead state(const std::optional<FactOutcome>& told, const std::string& table)
{
    REQUIRE(told);
    const auto& tables = told->facts.tables;
    const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& one) {
        return one.first == table;
    });
    REQUIRE(found != tables.end());
    return found->second;
}

// What a whole cycle brings of the profile.
std::optional<FactOutcome> facts_of(DevicePoll& poll, FakeDevice& device, MonoTime now)
{
    CHECK(cycle(poll, device, now).problem.empty());
    return poll.take_facts();
}

// The first cell of the row with that key.
Cell cell_of(const TableDefinition& table, const TableReading& reading, const std::string& key)
{
    const auto row = std::find_if(table.rows.begin(), table.rows.end(), [&](const Row& one) {
        return one.key == key;
    });
    REQUIRE(row != table.rows.end());
    return reading.cells.at(static_cast<std::size_t>(row - table.rows.begin()));
}

// Answers until the device is asked for the OID.
void answer_until(DevicePoll& poll, FakeDevice& device, const Oid& oid, MonoTime now)
{
    const std::vector<std::byte> wanted = oid.ber_content();
    for (int round = 0; round < 200; ++round) {
        const auto ask = poll.ask();
        REQUIRE(ask);
        for (const auto& asked : ask->oids)
            if (ber_starts_with(asked, wanted)) return poll.not_sent(ask->lane);
        const auto reply = device.answer(*ask);
        REQUIRE(poll.feed(ask->lane, reply.view(), reply.bytes(), now));
    }
    FAIL("is never asked for");
}

const Oid fans{1, 3, 6, 1, 4, 1, 9999, 5, 1, 1};

} // namespace

TEST_CASE(
    "what a profile names is read at first and every hour, what moves between", "[poll][facts]"
)
{
    FakeDevice device = acme();
    DevicePoll poll{config(), catalogue()};

    const auto first = facts_of(poll, device, start);
    REQUIRE(first);
    CHECK(first->depth == FactDepth::all);
    CHECK(first->facts.profile == "plain");
    CHECK(rows(first, FactSection::processors) == 1);
    CHECK(rows(first, FactSection::sensors) == 31);
    CHECK(state(first, "fans") == TableRead::ok);
    CHECK(state(first, "none") == TableRead::absent);
    REQUIRE(first->definition);
    REQUIRE(first->reading);
    const TableDefinition& table = *first->definition;
    CHECK(table.kind == TableKind::facts);
    CHECK(table.rows.size() == 1 + 31 + 2);
    CHECK(cell_of(table, *first->reading, "sensors/fans.2") == Cell{2'000'000'000});
    CHECK(cell_of(table, *first->reading, "processors/load") == Cell{70'000});
    CHECK(cell_of(table, *first->reading, "tables/fans") == Cell{1});

    CHECK_FALSE(facts_of(poll, device, start + 1min));
    device.mib[{1, 3, 6, 1, 4, 1, 9999, 5, 1, 1, 2}] = number(Tag::gauge32, 700);
    const auto moved = facts_of(poll, device, start + 5min);
    REQUIRE(moved);
    CHECK(moved->depth == FactDepth::moving);
    CHECK_FALSE(moved->definition);
    CHECK(moved->varbinds < first->varbinds);
    CHECK(cell_of(table, *moved->reading, "sensors/fans.2") == Cell{700'000'000});
    CHECK(cell_of(table, *moved->reading, "sensors/fans.3") == Cell{3'000'000'000});
    CHECK(cell_of(table, *moved->reading, "tables/fans") == Cell{1});
    CHECK(facts_of(poll, device, start + 61min)->depth == FactDepth::all);
}

TEST_CASE(
    "the counters are told before what the profile names, and first when both are due",
    "[poll][facts]"
)
{
    FakeDevice device = acme();
    DevicePoll poll{config(), catalogue()};
    poll.start(start, false);
    answer_until(poll, device, fans, start);
    const auto first = poll.take_outcome();
    REQUIRE(first);
    CHECK(first->reading);
    CHECK_FALSE(poll.is_idle());

    REQUIRE(poll.can_start());
    poll.forget_names(); // the rows that are told later are named all the same
    poll.start(start + 1min, false);
    CHECK_FALSE(poll.can_start());
    answer_until(poll, device, fans, start + 1min);
    CHECK(poll.take_outcome()->reading);
    CHECK_FALSE(poll.take_facts());

    while (const auto ask = poll.ask()) {
        const auto reply = device.answer(*ask);
        REQUIRE(poll.feed(ask->lane, reply.view(), reply.bytes(), start + 1min));
    }
    CHECK(poll.is_idle());
    CHECK(rows(poll.take_facts(), FactSection::sensors) == 31);
    CHECK(poll.inventory()->rows().empty());
}

TEST_CASE(
    "all is read again when rows come or the device says that it has changed", "[poll][facts]"
)
{
    FakeDevice device = acme();
    const Oid last_change{1, 3, 6, 1, 2, 1, 47, 1, 4, 1, 0};
    device.mib[last_change] = number(Tag::timeticks, 100);
    DevicePoll poll{config(), catalogue()};
    REQUIRE(facts_of(poll, device, start)->depth == FactDepth::all);
    CHECK(facts_of(poll, device, start + 5min)->depth == FactDepth::moving);
    CHECK(facts_of(poll, device, start + 16min)->depth == FactDepth::moving);

    device.mib[last_change] = number(Tag::timeticks, 200);
    CHECK(facts_of(poll, device, start + 22min)->depth == FactDepth::moving);
    CHECK(facts_of(poll, device, start + 23min)->depth == FactDepth::all);

    CHECK(facts_of(poll, device, start + 28min)->depth == FactDepth::moving);
    device.mib[{1, 3, 6, 1, 4, 1, 9999, 5, 1, 1, 31}] = number(Tag::gauge32, 1);
    CHECK(facts_of(poll, device, start + 40min)->depth == FactDepth::moving);
    const auto again = facts_of(poll, device, start + 41min);
    CHECK(again->depth == FactDepth::all);
    CHECK(again->definition->rows.size() == 1 + 32 + 2);
}

TEST_CASE("v1 agents, and those that take few varbinds, are read the same", "[poll][facts]")
{
    FakeDevice old = acme();
    old.v1 = true;
    DevicePoll by_v1{config(SnmpVersion::v1), catalogue()};
    const auto told = facts_of(by_v1, old, start);
    CHECK(rows(told, FactSection::sensors) == 31);
    CHECK(state(told, "none") == TableRead::absent);
    CHECK(rows(facts_of(by_v1, old, start + 5min), FactSection::sensors) == 31);

    FakeDevice narrow = acme();
    narrow.too_big_above = 3;
    DevicePoll poll{config(), catalogue()};
    CHECK(rows(facts_of(poll, narrow, start), FactSection::sensors) == 31);
}

TEST_CASE("what a device answers chooses between profiles of one sysObjectID", "[poll][facts]")
{
    FakeDevice device = acme();
    device.mib[{1, 3, 6, 1, 4, 1, 9999, 8, 3, 0}] = number(Tag::gauge32, 1);
    DevicePoll poll{config(), catalogue()};
    CHECK(facts_of(poll, device, start)->facts.profile == "rich");
}

TEST_CASE("a device without interfaces is good for what else it tells", "[poll][facts]")
{
    FakeDevice ups = acme(0);
    DevicePoll poll{config(), catalogue()};
    CHECK(rows(facts_of(poll, ups, start), FactSection::processors) == 1);
    CHECK_FALSE(facts_of(poll, ups, start + 1min));
    CHECK(facts_of(poll, ups, start + 5min)->depth == FactDepth::moving);

    FakeDevice closed;
    closed.set_uptime(100);
    DevicePoll other{config(), catalogue()};
    CHECK(cycle(other, closed, start).problem.starts_with("answers SNMP but shows no interfaces"));
}

TEST_CASE("silence over details costs no counters", "[poll][facts]")
{
    FakeDevice device = acme();
    DevicePoll poll{config(), catalogue()};
    MonoTime now = start;
    poll.start(now, false);
    // Answers until the table of fans is walked.
    for (int round = 0; round < 200 && !poll.is_idle(); ++round) {
        now = now + 1s;
        const auto ask = poll.ask();
        REQUIRE(ask);
        const bool is_of_fans =
            ask->oids.size() > 1 && ber_starts_with(ask->oids[1], fans.ber_content());
        if (is_of_fans) {
            poll.timed_out(ask->lane, now);
        } else {
            const auto reply = device.answer(*ask);
            CHECK(poll.feed(ask->lane, reply.view(), reply.bytes(), now));
        }
    }
    const auto outcome = poll.take_outcome();
    REQUIRE(outcome);
    CHECK(outcome->reading);
    CHECK(outcome->problem.empty());
    const auto told = poll.take_facts();
    CHECK(state(told, "fans") == TableRead::failed);
    CHECK(state(told, "probes") == TableRead::ok);
    CHECK(rows(told, FactSection::sensors) == 1);
    CHECK(cell_of(*told->definition, *told->reading, "tables/fans") == Cell{0});
}

TEST_CASE("the tables of a profile are asked as the device has taught", "[poll][facts]")
{
    FakeDevice device = acme();
    device.too_big_above = 6;
    DevicePoll first{config(), catalogue()};
    REQUIRE(rows(facts_of(first, device, start), FactSection::sensors) == 31);
    const Learnt learnt = first.learnt();
    const auto requests = [&](const Learnt& known) {
        DevicePoll again{config(), catalogue()};
        again.restore(known);
        device.requests = 0;
        CHECK(rows(facts_of(again, device, start), FactSection::sensors) == 31);
        return device.requests;
    };

    Learnt without = learnt;
    without.facts = {};
    const unsigned by_guess = requests(without);
    const unsigned as_learnt = requests(learnt);

    INFO(by_guess << " requests when it is not known, " << as_learnt << " when it is");
    CHECK(learnt.facts.most < WalkPace::most_repetitions);
    CHECK(as_learnt < by_guess);
}

} // namespace details_test
