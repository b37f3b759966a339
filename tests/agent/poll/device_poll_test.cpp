#include "agent/poll/device_poll.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace device_poll_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::cell_of;
using hallmonitor::agent::testing::cycle;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;
using hallmonitor::agent::testing::text;

namespace {

constexpr MonoTime start{1'000s};

DeviceConfig config_of_switch()
{
    DeviceConfig config;
    config.name = "sw-lib-1";
    config.address = "192.0.2.1";
    config.snmp = SnmpSettings{};
    config.watch.aliases = {"alias of Gi1/0/2"};
    return config;
}

FakeDevice switch_with(std::uint32_t ports)
{
    FakeDevice device;
    device.set_uptime(100'000);
    device.mib[{1, 3, 6, 1, 2, 1, 1, 5, 0}] = text("sw-lib-1.example");
    device.mib[{1, 3, 6, 1, 2, 1, 2, 1, 0}] = number(Tag::integer, ports);
    device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 5, 0}] = number(Tag::timeticks, 50);
    for (std::uint32_t port = 1; port <= ports; ++port)
        device.add_interface(port, "Gi1/0/" + std::to_string(port), 1'000'000ULL * port);
    return device;
}

} // namespace

TEST_CASE("the first cycle reads names, then counters", "[poll]")
{
    FakeDevice device = switch_with(48);
    DevicePoll poll{config_of_switch()};

    const PollOutcome outcome = cycle(poll, device, start);

    REQUIRE(outcome.reading);
    CHECK(outcome.problem.empty());
    CHECK(outcome.interfaces_complete);
    CHECK(outcome.definition->rows.size() == 48);
    CHECK(outcome.definition->rows[1].attributes.text(Attribute::watched) == "1");
    CHECK(outcome.definition->rows[2].attributes.contains(Attribute::watched) == false);
    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi1/0/48") == 48'000'000);
    CHECK(cell_of(outcome, Metric::if_speed, "Gi1/0/48") == 1'000'000'000);
    CHECK(poll.facts().text(Attribute::sys_name) == "sw-lib-1.example");
    CHECK(outcome.reading->uptime == DeviceTicks{100'000});
}

TEST_CASE("later cycles ask for counters only and keep the definition", "[poll]")
{
    FakeDevice device = switch_with(48);
    DevicePoll poll{config_of_switch()};
    const PollOutcome first = cycle(poll, device, start);
    const unsigned requests_of_first = device.requests;

    const PollOutcome second = cycle(poll, device, start + 60s);

    CHECK(second.definition == first.definition);
    CHECK(device.requests - requests_of_first < requests_of_first);
}

TEST_CASE("counters follow the name when a device renumbers", "[poll]")
{
    FakeDevice device = switch_with(2);
    DevicePoll poll{config_of_switch()};
    static_cast<void>(cycle(poll, device, start));
    FakeDevice renumbered;
    renumbered.set_uptime(500); // it restarted
    renumbered.add_interface(1001, "Gi1/0/2", 22);
    renumbered.add_interface(1002, "Gi1/0/1", 11);

    const PollOutcome outcome = cycle(poll, renumbered, start + 60s);

    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi1/0/1") == 11);
    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi1/0/2") == 22);
}

TEST_CASE("ifTableLastChange makes the names be read again", "[poll]")
{
    FakeDevice device = switch_with(2);
    DevicePoll poll{config_of_switch()};
    static_cast<void>(cycle(poll, device, start));
    device.add_interface(3, "Te1/1/1", 33);
    device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 5, 0}] = number(Tag::timeticks, 99'999);

    const PollOutcome outcome = cycle(poll, device, start + 60s);

    CHECK(outcome.definition->rows.size() == 3);
    CHECK(cell_of(outcome, Metric::if_out_octets, "Te1/1/1") == 33);
}

TEST_CASE("a wrap of sysUpTime after 497 days is no restart", "[poll]")
{
    FakeDevice device = switch_with(2);
    device.set_uptime(4'294'967'000);
    DevicePoll poll{config_of_switch()};
    static_cast<void>(cycle(poll, device, start));
    const unsigned requests_of_first = device.requests;
    device.set_uptime(5'704);

    static_cast<void>(cycle(poll, device, start + 60s));

    CHECK(device.requests - requests_of_first < requests_of_first);
}

TEST_CASE("a v1 device without ifXTable is read by its 32-bit counters", "[poll]")
{
    FakeDevice device = switch_with(3);
    device.v1 = true;
    for (auto it = device.mib.begin(); it != device.mib.end();)
        it = it->first.starts_with({1, 3, 6, 1, 2, 1, 31}) ? device.mib.erase(it) : std::next(it);
    DeviceConfig config = config_of_switch();
    config.snmp->version = SnmpVersion::v1;
    DevicePoll poll{config};

    const PollOutcome outcome = cycle(poll, device, start);

    REQUIRE(outcome.reading);
    CHECK(outcome.definition->rows[0].key == "Description of Gi1/0/1");
    CHECK(cell_of(outcome, Metric::if_in_octets, "Description of Gi1/0/3") == 3'000'000);
    CHECK(cell_of(outcome, Metric::if_speed, "Description of Gi1/0/3") == 1'000'000'000);
}

TEST_CASE("a v1 device that shows nothing but ifTable is read again and again", "[poll]")
{
    FakeDevice device;
    device.v1 = true;
    device.add_interface(1, "port", 7);
    for (auto it = device.mib.begin(); it != device.mib.end();)
        it = it->first.starts_with({1, 3, 6, 1, 2, 1, 2, 2}) ? std::next(it) : device.mib.erase(it);
    DeviceConfig config = config_of_switch();
    config.snmp->version = SnmpVersion::v1;
    DevicePoll poll{config};

    CHECK(cycle(poll, device, start).reading);
    CHECK(cycle(poll, device, start + 1min).reading);
    const PollOutcome with_names_again = cycle(poll, device, start + 1h);

    CHECK(with_names_again.reading);
    CHECK(!with_names_again.uptime);
}

TEST_CASE("a restricted view is told from silence", "[poll]")
{
    FakeDevice device;
    device.set_uptime(5);
    DevicePoll poll{config_of_switch()};

    const PollOutcome outcome = cycle(poll, device, start);

    CHECK(outcome.answered);
    CHECK(!outcome.reading);
    CHECK_THAT(outcome.problem, Catch::Contains("view is restricted"));
}

TEST_CASE("a reply with other objects than those asked for is none", "[poll]")
{
    FakeDevice device = switch_with(2);
    DevicePoll poll{config_of_switch()};
    poll.start(start, false);
    auto facts = poll.ask().value();
    const auto wanted = device.answer(facts);
    facts.oids = facts.oids.subspan(1);
    const auto other = device.answer(facts);
    CHECK(!poll.feed(0, other.view(), other.bytes(), start));
    CHECK(poll.feed(0, wanted.view(), wanted.bytes(), start));
    const auto names = poll.ask().value();

    CHECK(!poll.feed(0, other.view(), other.bytes(), start)); // without sysUpTime at its front

    const auto first_names = device.answer(names);
    CHECK(poll.feed(0, first_names.view(), first_names.bytes(), start));
    CHECK(!poll.is_idle());
}

TEST_CASE("silence is retried as configured, then told", "[poll]")
{
    DevicePoll poll{config_of_switch()};
    poll.start(start, false);
    CHECK(poll.ask());
    poll.timed_out(0, start + 1s);
    CHECK(poll.ask());
    poll.timed_out(0, start + 2s);
    CHECK(!poll.is_idle());
    CHECK(poll.ask());

    poll.timed_out(0, start + 3s);

    const PollOutcome outcome = poll.take_outcome().value();
    CHECK(!outcome.answered);
    CHECK_THAT(outcome.problem, Catch::StartsWith("no answer to SNMP"));
    CHECK(outcome.duration == 3s);
}

TEST_CASE("a device known to be down is asked once", "[poll]")
{
    DevicePoll poll{config_of_switch()};
    poll.start(start, true);
    CHECK(poll.ask());

    poll.timed_out(0, start + 1s);

    CHECK(poll.is_idle());
}

TEST_CASE("one request is in flight at a time unless a device is said to take more", "[poll]")
{
    FakeDevice device = switch_with(48);
    DeviceConfig config = config_of_switch();
    DevicePoll poll{config};
    static_cast<void>(cycle(poll, device, start));

    poll.start(start + 60s, false);

    CHECK(poll.ask());
    CHECK(!poll.ask());
}

TEST_CASE("side by side, guard, counters and states make the same reading in less time", "[poll]")
{
    FakeDevice device = switch_with(48);
    DevicePoll one_by_one{config_of_switch()};
    DeviceConfig config = config_of_switch();
    config.snmp->requests_at_once = 4;
    DevicePoll side_by_side{config};
    static_cast<void>(cycle(one_by_one, device, start));
    static_cast<void>(cycle(side_by_side, device, start));
    const PollOutcome expected = cycle(one_by_one, device, start + 60s);

    // Each round answers all that is asked in it, the last request first.
    unsigned rounds = 0;
    side_by_side.start(start + 60s, false);
    while (!side_by_side.is_idle()) {
        std::vector<std::pair<std::size_t, FakeDevice::Reply>> replies;
        while (const auto ask = side_by_side.ask())
            replies.emplace(replies.begin(), ask->lane, device.answer(*ask));
        for (const auto& [lane, reply] : replies)
            CHECK(side_by_side.feed(lane, reply.view(), reply.bytes(), start + 60s));
        ++rounds;
    }

    const PollOutcome outcome = side_by_side.take_outcome().value();
    REQUIRE(outcome.reading);
    CHECK(outcome.reading->cells == expected.reading->cells);
    CHECK(outcome.varbinds == expected.varbinds);
    CHECK(rounds == 6); // as many as the longest of the parts has requests
}

TEST_CASE("side by side, a guard that says rows have moved drops what came in before it", "[poll]")
{
    FakeDevice device = switch_with(8);
    DeviceConfig config = config_of_switch();
    config.snmp->requests_at_once = 4;
    DevicePoll poll{config};
    static_cast<void>(cycle(poll, device, start));
    device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 5, 0}] = number(Tag::timeticks, 99'999);
    device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 3}] = text("moved");
    device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 3}] = text("moved");

    poll.start(start + 60s, false);
    while (!poll.is_idle()) {
        std::vector<std::pair<std::size_t, FakeDevice::Reply>> replies;
        while (const auto ask = poll.ask())
            replies.emplace(replies.begin(), ask->lane, device.answer(*ask));
        for (const auto& [lane, reply] : replies)
            CHECK(poll.feed(lane, reply.view(), reply.bytes(), start + 60s));
    }

    const PollOutcome outcome = poll.take_outcome().value();
    CHECK(outcome.problem.empty());
    CHECK(cell_of(outcome, Metric::if_in_octets, "moved") == 3'000'000);
}

} // namespace device_poll_test
