#include "agent/poll/device_poll.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

namespace port_schedule_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::cell_of;
using hallmonitor::agent::testing::cycle;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;

namespace {

constexpr MonoTime start{1'000s};
constexpr std::uint32_t ports = 24;
constexpr std::uint32_t vlan = 100; // its ifIndex

DeviceConfig config_of_switch()
{
    DeviceConfig config;
    config.name = "sw-lib-1";
    config.address = "192.0.2.1";
    config.snmp = SnmpSettings{};
    config.watch.aliases = {"alias of Gi1/0/2"};
    config.poll_interval = 60s;
    config.watched_interval = 10s;
    config.access_interval = 300s;
    return config;
}

FakeDevice the_switch()
{
    FakeDevice device;
    device.set_uptime(100'000);
    device.mib[{1, 3, 6, 1, 2, 1, 2, 1, 0}] = number(Tag::integer, ports + 1);
    for (std::uint32_t port = 1; port <= ports; ++port)
        device.add_interface(port, "Gi1/0/" + std::to_string(port), 1'000'000ULL * port);
    device.add_interface(vlan, "Vlan1", 5);
    device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 3, vlan}] = number(Tag::integer, 136);
    return device;
}

void count(FakeDevice& device, std::uint32_t port, std::uint64_t octets)
{
    device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, port}] = number(Tag::counter64, octets);
}

/// The cell of a metric in the row with that number.
Cell cell(const PollOutcome& outcome, Metric metric, std::size_t row)
{
    return outcome.reading->cells.at(interface_column(metric) * (ports + 1) + row);
}

} // namespace

TEST_CASE("ports are read as often as their class says", "[poll]")
{
    FakeDevice device = the_switch();
    DevicePoll poll{config_of_switch()};
    const PollOutcome first = cycle(poll, device, start);
    REQUIRE(first.definition);
    CHECK(first.rows.empty());
    CHECK(first.definition->interval == 10s);
    CHECK(!first.definition->rows[1].attributes.contains(Attribute::interval));
    CHECK(first.definition->rows[0].attributes.text(Attribute::interval) == "300000");
    CHECK(first.definition->rows[ports].attributes.text(Attribute::interval) == "60000");

    count(device, 2, 777);
    device.requests = 0;
    CHECK(poll.is_due(start + 10s));
    const PollOutcome second = cycle(poll, device, start + 10s);
    CHECK(second.rows == DueRows{1});
    CHECK(cell(second, Metric::if_in_octets, 1) == 777);
    CHECK(cell(second, Metric::if_oper_status, 1) == 1);
    CHECK(cell(second, Metric::if_speed, 1) == 1'000'000'000);
    CHECK(!cell(second, Metric::if_oper_status, 0));
    CHECK(!cell(second, Metric::if_speed, 0));
    CHECK(device.requests == 2); // the guard, and all of the port

    const PollOutcome third = cycle(poll, device, start + 60s);
    CHECK(third.rows == DueRows{1, ports});
    CHECK(cycle(poll, device, start + 70s).rows == DueRows{1});
    CHECK(cycle(poll, device, start + 300s).rows.empty());
}

TEST_CASE("nothing is asked while no port is due", "[poll]")
{
    DeviceConfig config = config_of_switch();
    config.watch = {};
    FakeDevice device = the_switch();
    DevicePoll poll{config};
    static_cast<void>(cycle(poll, device, start));

    CHECK(!poll.is_due(start + 10s));
    CHECK(!poll.is_due(start + 50s));
    CHECK(poll.is_due(start + 60s));
}

TEST_CASE("a device that takes few objects at once is asked for few of a port", "[poll]")
{
    FakeDevice device = the_switch();
    device.too_big_above = 12;
    DevicePoll poll{config_of_switch()};
    static_cast<void>(cycle(poll, device, start));
    count(device, 2, 777);
    static_cast<void>(cycle(poll, device, start + 10s));
    device.requests = 0;

    const PollOutcome outcome = cycle(poll, device, start + 20s);

    CHECK(outcome.problem.empty());
    CHECK(cell(outcome, Metric::if_in_octets, 1) == 777);
    CHECK(cell(outcome, Metric::if_out_discards, 1) == 0);
    CHECK(device.requests == 4); // guard and 17 objects, no refusal
}

TEST_CASE("in v1 an object that a port has not is passed over", "[poll]")
{
    DeviceConfig config = config_of_switch();
    config.snmp->version = SnmpVersion::v1;
    FakeDevice device = the_switch();
    device.v1 = true;
    device.mib.erase({1, 3, 6, 1, 2, 1, 2, 2, 1, 13, 2}); // ifInDiscards
    DevicePoll poll{config};
    static_cast<void>(cycle(poll, device, start));
    count(device, 2, 777);

    const PollOutcome outcome = cycle(poll, device, start + 10s);

    CHECK(outcome.rows == DueRows{1});
    CHECK(cell(outcome, Metric::if_in_octets, 1) == 777);
    CHECK(!cell(outcome, Metric::if_in_discards, 1));
}

TEST_CASE("a restart between readings of a few ports makes all be read", "[poll]")
{
    FakeDevice device = the_switch();
    DevicePoll poll{config_of_switch()};
    static_cast<void>(cycle(poll, device, start));
    device.set_uptime(300);

    const PollOutcome outcome = cycle(poll, device, start + 10s);

    CHECK(outcome.rows.empty());
    CHECK(cell(outcome, Metric::if_oper_status, 0) == 1);
}

TEST_CASE("a port that is gone makes the names be read", "[poll]")
{
    FakeDevice device = the_switch();
    DevicePoll poll{config_of_switch()};
    static_cast<void>(cycle(poll, device, start));
    std::erase_if(device.mib, [](const auto& object) { return object.first.arcs().back() == 2; });

    const PollOutcome gone = cycle(poll, device, start + 10s);
    CHECK(!gone.reading);
    const PollOutcome outcome = cycle(poll, device, start + 20s);

    REQUIRE(outcome.definition);
    CHECK(outcome.definition->rows.size() == ports);
    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi1/0/24") == 24'000'000);
}

} // namespace port_schedule_test
