// A router at the edge of a school: few ports but fast ones, with a loopback, tunnels and VLANs
// beside them, IP addresses, and CDP.

#include "tests/sim/kinds/all.hpp"
#include "tests/sim/kinds/common.hpp"
#include "tests/sim/kinds/inventory.hpp"

namespace hallmonitor::sim::kinds {
namespace {

using namespace cell;
using namespace std::chrono_literals;

constexpr std::uint32_t software_loopback = 24; // ifType
constexpr std::uint32_t l2_vlan = 135;
constexpr std::uint32_t tunnel = 131;
constexpr std::uint64_t mega = 1'000'000;

/// CISCO-PROCESS-MIB and CISCO-MEMORY-POOL-MIB.
void add_cpu_and_memory(Tables& tables)
{
    const auto load = tables.signal({.name = "cpu/1", .low = 4, .high = 45, .period = 600s});
    const auto used = tables.signal(
        {.name = "memory/used", .low = 900'000'000, .high = 1'400'000'000, .period = 1'800s}
    );
    const auto free =
        tables.signal({.name = "memory/free", .formula = [used](const Signals& all, Instant now) {
                           return 2'000'000'000 - all.value(used, now);
                       }});
    const auto number = [](std::uint16_t signal) { return Tables::cell_of(signal, tag::gauge32); };
    tables.row(
        cisco_management + Oid{109, 1, 1, 1, 1},
        {1},
        {{2, integer(1)}, {6, number(load)}, {7, number(load)}, {8, number(load)}}
    );
    tables.row(
        cisco_management + Oid{48, 1, 1, 1},
        {1},
        {{2, name("Processor")},
         {3, integer(0)},
         {4, integer(1)},
         {5, number(used)},
         {6, number(free)},
         {7, number(free)}}
    );
}

void add_router_parts(Tables& tables)
{
    Inventory inventory{tables};
    const auto chassis = inventory.add(
        {.kind = PartClass::chassis,
         .name = "chassis",
         .model = "SIM-ROUTER",
         .is_replaceable = true}
    );
    for (std::uint32_t i = 1; i <= 2; ++i) {
        inventory.add_unit(
            {.within = chassis,
             .kind = PartClass::power_supply,
             .place = i,
             .name = "psu/" + std::to_string(i),
             .model = "SIM-PWR-250",
             .is_replaceable = true}
        );
    }
    inventory.add_sensor({chassis, "temperature/inlet", celsius, 24, 33, 50, 65});
}

} // namespace

std::vector<PortSpec> router_ports(std::size_t count)
{
    std::vector<PortSpec> ports;
    const auto add = [&](PortSpec port) {
        port.if_index = static_cast<std::uint32_t>(ports.size() + 1);
        ports.push_back(std::move(port));
    };
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_fast = i < 2;
        const auto number = (is_fast ? "0/0/" : "0/1/") + std::to_string(is_fast ? i : i - 2);
        add(
            {.name = (is_fast ? "Te" : "Gi") + number,
             .descr = (is_fast ? "TenGigabitEthernet" : "GigabitEthernet") + number,
             .alias = i == 0   ? "to the core"
                      : i == 1 ? "to the provider"
                               : "",
             .speed = (is_fast ? 10'000 : 1'000) * mega,
             .role = i == 0 ? Role::uplink : Role::edge,
             .is_admin_up = i < 4}
        );
    }
    for (const auto* vlan : {"100", "200"}) {
        add(
            {.name = "Te0/0/0." + std::string{vlan},
             .descr = "TenGigabitEthernet0/0/0." + std::string{vlan},
             .alias = "vlan " + std::string{vlan},
             .speed = 10'000 * mega,
             .type = l2_vlan}
        );
    }
    add(
        {.name = "Lo0",
         .descr = "Loopback0",
         .alias = "",
         .speed = 8'000 * mega,
         .type = software_loopback,
         .mtu = 1'514}
    );
    for (const auto* number : {"1", "2"}) {
        add(
            {.name = "Tu" + std::string{number},
             .descr = "Tunnel" + std::string{number},
             .alias = "to district site " + std::string{number},
             .speed = mega / 10,
             .type = tunnel,
             .mtu = 1'476}
        );
    }
    return ports;
}

void describe_router(Tables& tables)
{
    add_system(
        tables,
        {.descr = "Hallmonitor simulated router, version 1.0",
         .object_id = like_cisco + Oid{3},
         .services = 78}
    );
    add_interfaces(tables);
    add_ethernet(tables);
    // 10.x.y.0/24 behind each router, its loopback and its provider's side.
    const auto site = (tables.device() & 0xFFFFU) << 8U;
    const auto last = tables.ports().size();
    add_addresses(
        tables,
        {{.ip = 0x0A000001U | site, .prefix = 24, .port = 0},
         {.ip = 0xAC100001U + (tables.device() << 2U & 0xFFFFFU), .prefix = 30, .port = 1},
         {.ip = 0xC0A80000U | (tables.device() & 0xFFFFU), .prefix = 32, .port = last - 3}}
    );
    add_lldp(tables);
    add_cdp(tables);
    add_cpu_and_memory(tables);
    add_router_parts(tables);
}

} // namespace hallmonitor::sim::kinds
