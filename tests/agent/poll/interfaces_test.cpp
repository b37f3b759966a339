// Which rows a device's interfaces make, and by which of its counters each is read.

#include "agent/poll/device_poll.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace interfaces_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::cell_of;
using hallmonitor::agent::testing::cycle;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;
using hallmonitor::agent::testing::text;
using if_mib::Cold;

namespace {

constexpr MonoTime start{1'000s};

DeviceConfig config_of_switch()
{
    DeviceConfig config;
    config.name = "sw-lib-1";
    config.address = "192.0.2.1";
    config.snmp = SnmpSettings{};
    return config;
}

FakeDevice switch_with_two_ports()
{
    FakeDevice device;
    device.set_uptime(100'000);
    device.add_interface(1, "Gi1", 1'000'000);
    device.add_interface(2, "Gi2", 2'000'000);
    return device;
}

Oid if_entry(std::uint32_t column, std::uint32_t row)
{
    return {1, 3, 6, 1, 2, 1, 2, 2, 1, column, row};
}

Oid if_x_entry(std::uint32_t column, std::uint32_t row)
{
    return {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column, row};
}

bool is_wide(const PollOutcome& outcome, Metric metric, std::size_t row)
{
    const auto& columns = outcome.definition->columns;
    const auto column = std::find(columns.begin(), columns.end(), metric) - columns.begin();
    return (outcome.definition->rows.at(row).wide_columns >> column & 1U) != 0;
}

} // namespace

TEST_CASE("a direction whose 64-bit octets stand at 0 beside live ones counts in 32 bits", "[poll]")
{
    FakeDevice device = switch_with_two_ports();
    device.mib[if_x_entry(6, 2)] = number(Tag::counter64, 0);
    device.mib[if_entry(11, 2)] = number(Tag::counter32, 77);
    DevicePoll poll{config_of_switch()};

    const PollOutcome outcome = cycle(poll, device, start);

    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi2") == 2'000'000);
    CHECK(!is_wide(outcome, Metric::if_in_octets, 1));
    CHECK(cell_of(outcome, Metric::if_in_ucast, "Gi2") == 77);
    CHECK(!is_wide(outcome, Metric::if_in_ucast, 1));
    // What there is in 64 bits alone stays so, and the other direction is not concerned.
    CHECK(is_wide(outcome, Metric::if_in_multicast, 1));
    CHECK(is_wide(outcome, Metric::if_out_octets, 1));
    CHECK(is_wide(outcome, Metric::if_in_octets, 0));
}

TEST_CASE("a counter that a row has in 32 bits alone is read beside its 64-bit ones", "[poll]")
{
    FakeDevice device = switch_with_two_ports();
    for (const std::uint32_t row : {1U, 2U}) {
        device.mib.erase(if_x_entry(9, row));
        device.mib[if_x_entry(3, row)] = number(Tag::counter32, 300 + row);
    }
    DevicePoll poll{config_of_switch()};

    const PollOutcome outcome = cycle(poll, device, start);

    CHECK(cell_of(outcome, Metric::if_in_broadcast, "Gi2") == 302);
    CHECK(!is_wide(outcome, Metric::if_in_broadcast, 1));
    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi2") == 2'000'000);
    CHECK(is_wide(outcome, Metric::if_in_octets, 1));
}

TEST_CASE("counters that no row has in 32 bits alone cost no request", "[poll]")
{
    FakeDevice device = switch_with_two_ports();
    DevicePoll poll{config_of_switch()};
    static_cast<void>(cycle(poll, device, start));
    const unsigned before = device.requests;

    static_cast<void>(cycle(poll, device, start + 60s));

    CHECK(device.requests - before == 3); // guard, 64-bit counters, states
}

TEST_CASE("a row with neither name nor counter is a row", "[poll]")
{
    FakeDevice device = switch_with_two_ports();
    device.mib[if_entry(9, 7)] = number(Tag::timeticks, 4'711);
    DevicePoll poll{config_of_switch()};

    const PollOutcome outcome = cycle(poll, device, start);

    REQUIRE(outcome.definition->rows.size() == 3);
    CHECK(outcome.definition->rows[2].key == "ifIndex:7");
    CHECK(cell_of(outcome, Metric::if_last_change, "ifIndex:7") == 4'711);
    CHECK(!cell_of(outcome, Metric::if_oper_status, "ifIndex:7"));
}

TEST_CASE("what is empty is told from what is not there", "[poll]")
{
    FakeDevice device = switch_with_two_ports();
    device.mib[if_x_entry(18, 1)] = text("");
    device.mib.erase(if_x_entry(18, 2));
    DevicePoll poll{config_of_switch()};

    static_cast<void>(cycle(poll, device, start));

    REQUIRE(poll.inventory() != nullptr);
    const auto rows = poll.inventory()->rows();
    CHECK(rows[0].has(Cold::alias));
    CHECK(!rows[1].has(Cold::alias));
    CHECK(rows[0].alias.empty());
}

TEST_CASE("an ifHighSpeed of 0 without an ifSpeed is no speed", "[poll]")
{
    FakeDevice device = switch_with_two_ports();
    device.mib.erase(if_entry(5, 1));
    device.mib[if_x_entry(15, 1)] = number(Tag::gauge32, 0);
    device.mib[if_x_entry(15, 2)] = number(Tag::gauge32, 0);
    DevicePoll poll{config_of_switch()};

    const PollOutcome outcome = cycle(poll, device, start);

    CHECK(!cell_of(outcome, Metric::if_speed, "Gi1"));
    CHECK(cell_of(outcome, Metric::if_speed, "Gi2") == 1'000'000'000);
}

TEST_CASE("counters are read of a device that tells no state", "[poll]")
{
    FakeDevice device = switch_with_two_ports();
    for (const std::uint32_t row : {1U, 2U})
        for (std::uint32_t column = 1; column <= 22; ++column)
            device.mib.erase(if_entry(column, row)); // ifXTable alone is left
    DevicePoll poll{config_of_switch()};

    const PollOutcome outcome = cycle(poll, device, start);

    CHECK(outcome.problem.empty());
    REQUIRE(outcome.reading);
    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi2") == Cell{2'000'000});
    CHECK(cell_of(outcome, Metric::if_speed, "Gi1") == Cell{1'000'000'000});
    CHECK(cell_of(outcome, Metric::if_oper_status, "Gi1") == Cell{});
    device.set_uptime(106'000);
    for (const Finding& finding : cycle(poll, device, start + 60s).findings)
        FAIL(statement(finding));
}

} // namespace interfaces_test
