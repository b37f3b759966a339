// What a profile names is read behind the counters, and never at their cost.

#include "agent/poll/device_poll.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

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

std::size_t rows(const PollOutcome& outcome, FactSection section)
{
    return outcome.details ? outcome.details->facts.rows(section).size() : 0;
}

TableRead state(const PollOutcome& outcome, const std::string& table)
{
    REQUIRE(outcome.details);
    const auto& tables = outcome.details->tables;
    const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& one) {
        return one.first == table;
    });
    REQUIRE(found != tables.end());
    return found->second;
}

} // namespace

TEST_CASE("details are read in the first cycle and every hour", "[poll][facts]")
{
    FakeDevice device = acme();
    DevicePoll poll{config(), catalogue()};

    const PollOutcome first = cycle(poll, device, start);
    REQUIRE(first.details);
    CHECK(first.reading);
    CHECK(first.problem.empty());
    CHECK(first.details->profile == "plain");
    CHECK(rows(first, FactSection::processors) == 1);
    CHECK(rows(first, FactSection::sensors) == 31);
    CHECK(state(first, "fans") == TableRead::ok);
    CHECK(state(first, "none") == TableRead::absent);

    CHECK_FALSE(cycle(poll, device, start + 1min).details);
    CHECK(cycle(poll, device, start + 61min).details);
}

TEST_CASE("v1 agents, and those that take few varbinds, are read the same", "[poll][facts]")
{
    FakeDevice old = acme();
    old.v1 = true;
    DevicePoll by_v1{config(SnmpVersion::v1), catalogue()};
    const PollOutcome told = cycle(by_v1, old, start);
    CHECK(rows(told, FactSection::sensors) == 31);
    CHECK(state(told, "none") == TableRead::absent);

    FakeDevice narrow = acme();
    narrow.too_big_above = 3;
    DevicePoll poll{config(), catalogue()};
    CHECK(rows(cycle(poll, narrow, start), FactSection::sensors) == 31);
}

TEST_CASE("what a device answers chooses between profiles of one sysObjectID", "[poll][facts]")
{
    FakeDevice device = acme();
    device.mib[{1, 3, 6, 1, 4, 1, 9999, 8, 3, 0}] = number(Tag::gauge32, 1);
    DevicePoll poll{config(), catalogue()};
    const PollOutcome outcome = cycle(poll, device, start);
    REQUIRE(outcome.details);
    CHECK(outcome.details->profile == "rich");
}

TEST_CASE("a device without interfaces is good for what else it tells", "[poll][facts]")
{
    FakeDevice ups = acme(0);
    DevicePoll poll{config(), catalogue()};
    const PollOutcome outcome = cycle(poll, ups, start);
    CHECK(outcome.problem.empty());
    CHECK(rows(outcome, FactSection::processors) == 1);
    CHECK(cycle(poll, ups, start + 1min).problem.empty());

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
    const std::vector<std::byte> fans = Oid{1, 3, 6, 1, 4, 1, 9999, 5, 1, 1}.ber_content();
    std::optional<PollOutcome> outcome;
    for (int round = 0; round < 200 && !outcome; ++round) {
        now = now + 1s;
        const auto ask = poll.ask();
        REQUIRE(ask);
        const bool is_of_fans = ask->oids.size() > 1 && ber_starts_with(ask->oids[1], fans);
        if (is_of_fans) {
            poll.timed_out(ask->lane, now);
        } else {
            const auto reply = device.answer(*ask);
            CHECK(poll.feed(ask->lane, reply.view(), reply.bytes(), now));
        }
        outcome = poll.take_outcome();
    }
    REQUIRE(outcome);
    CHECK(outcome->reading);
    CHECK(outcome->problem.empty());
    CHECK(state(*outcome, "fans") == TableRead::failed);
    CHECK(state(*outcome, "probes") == TableRead::ok);
    CHECK(rows(*outcome, FactSection::sensors) == 1);
}
