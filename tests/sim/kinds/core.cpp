// A core switch: a chassis of line cards with many fast ports, optics, power supplies and fans.

#include "tests/sim/kinds/all.hpp"
#include "tests/sim/kinds/common.hpp"
#include "tests/sim/kinds/inventory.hpp"

namespace hallmonitor::sim::kinds {
namespace {

constexpr std::size_t ports_a_card = 24;
constexpr std::uint64_t giga = 1'000'000'000;

/// Which slot a port is in; 0: in none.
std::uint32_t slot_of(const PortSpec& port)
{
    return port.type == ethernet ? port.if_index / 1'000 : 0;
}

PortSpec card_port(std::uint32_t slot, std::uint32_t place, std::uint64_t gigabits, Role role)
{
    const bool is_ten = gigabits == 10;
    const auto number = std::to_string(slot) + "/0/" + std::to_string(place);
    return {
        .name = (is_ten           ? "Te"
                 : gigabits == 40 ? "Fo"
                                  : "Hu") +
                number,
        .descr = (is_ten           ? "TenGigabitEthernet"
                  : gigabits == 40 ? "FortyGigabitEthernet"
                                   : "HundredGigE") +
                 number,
        .alias = role == Role::ring ? "core" : "building " + number,
        .if_index = slot * 1'000 + place,
        .speed = gigabits * giga,
        .mtu = 9'198,
        .role = role,
        .packets_an_error = place % 16 == 7 ? 1'000'000U : 0U};
}

/// Receive and transmit power of a port's optics, in tenths of a microwatt.
void add_optics(Inventory& inventory, const PortSpec& port, std::uint32_t card)
{
    inventory.add_sensor({card, port.name + "/receive", tenths_of_microwatt, 3'000, 6'500, 500, 250}
    );
    inventory.add_sensor(
        {card, port.name + "/transmit", tenths_of_microwatt, 4'800, 6'200, 1'000, 800}
    );
}

void add_card(Tables& tables, Inventory& inventory, std::uint32_t chassis, std::uint32_t slot)
{
    const auto name = "module/" + std::to_string(slot);
    const auto bay = inventory.add(
        {.within = chassis,
         .kind = PartClass::container,
         .place = slot,
         .name = "slot/" + std::to_string(slot)}
    );
    const auto card = inventory.add_unit(
        {.within = bay,
         .kind = PartClass::module,
         .name = name,
         .model = "SIM-LC-24",
         .is_replaceable = true}
    );
    inventory.add_sensor({card, name + "/temperature", celsius, 35, 52, 75, 90});
    std::uint32_t place = 1;
    for (std::size_t port = 0; port < tables.ports().size(); ++port) {
        const auto& spec = tables.ports()[port];
        if (slot_of(spec) != slot) continue;
        inventory.add_port(port, card, place++);
        add_optics(inventory, spec, card);
    }
}

void add_core_parts(Tables& tables)
{
    Inventory inventory{tables};
    const auto chassis = inventory.add(
        {.kind = PartClass::chassis, .name = "chassis", .model = "SIM-CORE", .is_replaceable = true}
    );
    for (std::uint32_t i = 1; i <= 4; ++i) {
        const auto name = "psu/" + std::to_string(i);
        const auto supply = inventory.add_unit(
            {.within = chassis,
             .kind = PartClass::power_supply,
             .place = i,
             .name = name,
             .model = "SIM-PWR-3000",
             .is_replaceable = true}
        );
        inventory.add_sensor({supply, name + "/power", watts, 410, 730, 2'700, 2'950});
        inventory.add_sensor({supply, name + "/voltage", tenths_of_volt, 118, 122});
    }
    for (std::uint32_t i = 1; i <= 3; ++i) {
        const auto name = "fan/" + std::to_string(i);
        const auto fan = inventory.add_unit(
            {.within = chassis,
             .kind = PartClass::fan,
             .place = i,
             .name = name,
             .model = "SIM-FAN",
             .is_replaceable = true}
        );
        inventory.add_sensor({fan, name + "/speed", revolutions, 5'200, 7'400, 2'000, 1'000});
    }
    inventory.add_sensor({chassis, "temperature/inlet", celsius, 20, 27, 40, 50});
    inventory.add_sensor({chassis, "temperature/outlet", celsius, 33, 44, 60, 70});
    const auto last = tables.ports().back();
    for (std::uint32_t slot = 1; slot <= slot_of(last); ++slot) {
        add_card(tables, inventory, chassis, slot);
    }
}

} // namespace

std::vector<PortSpec> core_ports(std::size_t count)
{
    std::vector<PortSpec> ports;
    for (const auto vlan : {10U, 20U, 30U}) {
        const auto name = "Vl" + std::to_string(vlan);
        ports.push_back(
            {.name = name,
             .descr = "Vlan" + std::to_string(vlan),
             .alias = "building network",
             .if_index = vlan,
             .speed = giga,
             .type = 136}
        );
    }
    std::uint32_t slot = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (i % ports_a_card == 0) ++slot;
        const auto place = static_cast<std::uint32_t>(i % ports_a_card + 1);
        ports.push_back(card_port(slot, place, 10, Role::trunk));
    }
    ++slot;
    ports.push_back(card_port(slot, 1, 40, Role::trunk));
    ports.push_back(card_port(slot, 2, 40, Role::trunk));
    ports.push_back(card_port(slot, 3, 100, Role::ring));
    ports.push_back(card_port(slot, 4, 100, Role::ring));
    return ports;
}

void describe_core(Tables& tables)
{
    add_system(
        tables,
        {.descr = "Hallmonitor simulated core switch, version 1.0",
         .object_id = like_cisco + Oid{2},
         .location = "main distribution frame",
         .services = 6}
    );
    add_interfaces(tables);
    add_ethernet(tables);
    add_bridge(tables, {{1, "default"}, {10, "staff"}, {20, "pupils"}, {30, "voice"}});
    add_lldp(tables);
    add_cdp(tables);
    add_host(tables, 2, 16'777'216);
    add_core_parts(tables);
}

} // namespace hallmonitor::sim::kinds
