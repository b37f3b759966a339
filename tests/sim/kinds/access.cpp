// An access switch as a school has them: the bare switch's ports, with power over Ethernet, VLANs,
// neighbours, inventory and sensors.

#include "tests/sim/kinds/all.hpp"
#include "tests/sim/kinds/common.hpp"
#include "tests/sim/kinds/inventory.hpp"

namespace hallmonitor::sim::kinds {
namespace {

using namespace cell;
using namespace std::chrono_literals;

constexpr std::int64_t delivering = 3; // pethPsePortDetectionStatus
constexpr std::int64_t searching = 2;
constexpr std::int64_t fault = 4;
constexpr std::uint32_t budget_watts = 740;

/// POWER-ETHERNET-MIB (RFC 3621), and the milliwatts of each port as Cisco tells them. The status
/// of a port follows orders; one that does not deliver draws nothing.
void add_power(Tables& tables)
{
    const Oid standard = mib_2 + Oid{105, 1};
    const Oid extension = cisco_management + Oid{402, 1};
    std::vector<std::uint16_t> draws;
    for (std::uint32_t number = 1; number <= tables.ports().size(); ++number) {
        const auto port = number - 1;
        if (tables.ports()[port].role != Role::edge) continue;
        const auto prefix = "poe/" + std::to_string(number);
        const auto status = tables.signal(
            {.name = prefix + "/status",
             .low = number % 3 == 0 ? searching : delivering,
             .failed = fault}
        );
        const auto wanted =
            tables.signal({.name = prefix + "/wanted", .low = 2'000, .high = 12'000, .period = 300s}
            );
        const auto drawn = tables.signal(
            {.name = prefix + "/milliwatts",
             .formula = [=](const Signals& all, Instant now) -> std::int64_t {
                 return all.value(status, now) == delivering ? all.value(wanted, now) : 0;
             }}
        );
        draws.push_back(drawn);
        tables.port_row(
            port,
            standard + Oid{1, 1},
            {1, number},
            {{3, integer(1)},
             {4, integer(2)},
             {5, integer(1)},
             {6, Tables::cell_of(status)},
             {7, integer(3)},
             {8, counter(0)},
             {9, name("device")},
             {10, integer(4)},
             {11, counter(0)},
             {12, counter(0)},
             {13, counter(0)},
             {14, counter(0)}}
        );
        tables.port_row(
            port,
            extension + Oid{2, 1},
            {1, number},
            {{7, gauge(15'400)}, {8, gauge(15'400)}, {9, Tables::cell_of(drawn, tag::gauge32)}}
        );
    }
    const auto all_drawn =
        tables.signal({.name = "poe/watts", .formula = [draws](const Signals& all, Instant now) {
                           std::int64_t sum = 0;
                           for (const auto drawn : draws) {
                               sum += all.value(drawn, now);
                           }
                           return sum / 1'000;
                       }});
    const auto oper = tables.signal({.name = "poe/state", .low = 1, .failed = 3});
    tables.row(
        standard + Oid{3, 1, 1},
        {1},
        {{2, gauge(budget_watts)},
         {3, Tables::cell_of(oper)},
         {4, Tables::cell_of(all_drawn, tag::gauge32)},
         {5, integer(80)}}
    );
}

void add_access_parts(Tables& tables)
{
    Inventory inventory{tables};
    const auto chassis = inventory.add(
        {.kind = PartClass::chassis,
         .name = "chassis",
         .model = "SIM-ACCESS-" + std::to_string(tables.ports().size()),
         .is_replaceable = true}
    );
    for (std::uint32_t i = 1; i <= 2; ++i) {
        inventory.add_unit(
            {.within = chassis,
             .kind = PartClass::power_supply,
             .place = i,
             .name = "psu/" + std::to_string(i),
             .model = "SIM-PWR-1100",
             .is_replaceable = true}
        );
    }
    for (std::uint32_t i = 1; i <= 2; ++i) {
        const auto fan = "fan/" + std::to_string(i);
        const auto index =
            inventory.add_unit({.within = chassis, .kind = PartClass::fan, .place = i, .name = fan}
            );
        inventory.add_sensor({index, fan + "/speed", revolutions, 4'200, 5'600});
    }
    inventory.add_sensor({chassis, "temperature/inlet", celsius, 22, 31, 45, 60});
    inventory.add_sensor({chassis, "temperature/outlet", celsius, 34, 47, 65, 75});
    for (std::size_t port = 0; port < tables.ports().size(); ++port) {
        inventory.add_port(port, chassis, static_cast<std::uint32_t>(port + 1));
    }
}

} // namespace

std::vector<PortSpec> access_ports(std::size_t count)
{
    auto ports = switch_ports(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& port = ports[i];
        if (port.alias.starts_with("uplink")) port.role = Role::uplink;
        // An old device here, a bad cable there.
        port.is_half_duplex = i % 24 == 5;
        port.packets_an_error = i % 8 == 3 ? 100'000 : 0;
    }
    return ports;
}

void describe_access(Tables& tables)
{
    add_system(
        tables,
        {.descr = "Hallmonitor simulated access switch, version 1.0",
         .object_id = like_cisco + Oid{1}}
    );
    add_interfaces(tables);
    add_ethernet(tables);
    add_bridge(tables, {{1, "default"}, {20, "pupils"}, {30, "voice"}});
    add_lldp(tables);
    add_host(tables, 1, 2'097'152);
    add_power(tables);
    add_access_parts(tables);
}

} // namespace hallmonitor::sim::kinds
