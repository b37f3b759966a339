// A controller of access points, with the tables of AIRESPACE-WIRELESS-MIB: access points, their
// two radios with the clients of each, and the networks they offer.

#include "tests/sim/kinds/all.hpp"
#include "tests/sim/kinds/common.hpp"

namespace hallmonitor::sim::kinds {
namespace {

using namespace cell;
using namespace std::chrono_literals;

const Oid airespace = enterprises + Oid{14'179};
constexpr std::uint32_t radios = 2;

/// The MAC address of an access point, as the six arcs of its index. No two controllers of a fleet
/// have the same.
Oid index_of(std::uint32_t controller, std::uint32_t point)
{
    return {
        6,
        controller >> 16U & 0xFFU,
        controller >> 8U & 0xFFU,
        controller & 0xFFU,
        point >> 4U & 0xFFU,
        point << 4U & 0xF0U};
}

Bytes octets_of(const Oid& arcs)
{
    Bytes octets;
    for (const auto arc : arcs) {
        octets.push_back(static_cast<std::uint8_t>(arc));
    }
    return octets;
}

/// One radio; gives the signal of its clients.
std::uint16_t add_radio(
    Tables& tables,
    const std::string& point,
    const Oid& index,
    std::uint16_t associated,
    std::uint32_t slot
)
{
    const auto radio = point + "/radio/" + std::to_string(slot);
    const auto seen = tables.signal(
        {.name = radio + "/nearby", .low = 0, .high = slot == 0 ? 12 : 31, .period = 700s}
    );
    const auto clients =
        tables.signal({.name = radio + "/clients", .formula = [=](const Signals& all, Instant now) {
                           return all.value(associated, now) != 0 ? all.value(seen, now) : 0;
                       }});
    const auto busy =
        tables.signal({.name = radio + "/utilization", .low = 4, .high = 71, .period = 500s});
    const auto where = index + Oid{slot};
    tables.row_while(
        associated,
        airespace + Oid{2, 2, 2, 1},
        where,
        {{1, gauge(slot)},
         {2, integer(slot == 0 ? 1 : 2)},
         {3, integer(1)},
         {4, integer(slot == 0 ? 6 : 44)},
         {6, integer(3)},
         {12, integer(2)},
         {15, Tables::cell_of(clients, tag::counter32)},
         {34, integer(1)}}
    );
    tables.row_while(
        associated,
        airespace + Oid{2, 2, 13, 1},
        where,
        {{1, integer(10)},
         {2, integer(10)},
         {3, Tables::cell_of(busy)},
         {4, Tables::cell_of(clients)},
         {24, integer(0)}}
    );
    return clients;
}

/// An access point and its radios; their clients are added to `clients`. It leaves the tables
/// when it is ordered away (`set DEV ap/3 0`).
void add_point(Tables& tables, std::uint32_t number, std::vector<std::uint16_t>& clients)
{
    const auto label = "ap/" + std::to_string(number);
    const auto index = index_of(tables.device(), number);
    const auto associated = tables.signal({.name = label, .low = 1, .failed = 0});
    const auto name = tables.own_text("ap-{n}-" + std::to_string(number));
    const auto serial = tables.own_text("SIMAP{n}-" + std::to_string(number));
    tables.row_while(
        associated,
        airespace + Oid{2, 2, 1, 1},
        index,
        {{1, octets(octets_of(index))},
         {2, integer(radios)},
         {3, name},
         {4, cell::name("room " + std::to_string(100 + number))},
         {6, integer(1)},
         {8, cell::name("1.0")},
         {16, cell::name("SIM-AP")},
         {17, serial},
         {19, address(0x0A640000U + (tables.device() << 10U & 0x3FFC00U) + (number & 0x3FFU))},
         {33, octets(octets_of(index))},
         {37, integer(1)}}
    );
    for (std::uint32_t slot = 0; slot < radios; ++slot) {
        clients.push_back(add_radio(tables, label, index, associated, slot));
    }
}

void add_self(Tables& tables)
{
    const Oid agent = airespace + Oid{1, 1};
    const auto load = tables.signal({.name = "cpu", .low = 5, .high = 40, .period = 600s});
    const auto free =
        tables.signal({.name = "memory/free", .low = 500'000, .high = 1'500'000, .period = 1'800s});
    tables.scalar(agent + Oid{1, 3}, name("SIM-WLC"));
    tables.scalar(agent + Oid{1, 4}, tables.own_text("SIM{n}"));
    tables.scalar(agent + Oid{1, 12}, name("Hallmonitor"));
    tables.scalar(agent + Oid{1, 13}, name("simulated controller"));
    tables.scalar(agent + Oid{1, 14}, name("1.0"));
    tables.scalar(agent + Oid{5, 1}, Tables::cell_of(load));
    tables.scalar(agent + Oid{5, 2}, integer(4'194'304));
    tables.scalar(agent + Oid{5, 3}, Tables::cell_of(free));
}

} // namespace

std::vector<PortSpec> controller_ports(std::size_t)
{
    std::vector<PortSpec> ports;
    for (std::uint32_t i = 1; i <= 2; ++i) {
        ports.push_back(
            {.name = "Te0/0/" + std::to_string(i),
             .descr = "Unit: 0 Slot: 0 Port: " + std::to_string(i) + " 10Gigabit",
             .alias = i == 1 ? "to the core" : "",
             .if_index = i,
             .speed = 10'000'000'000,
             .role = i == 1 ? Role::uplink : Role::edge,
             .is_link_up = i == 1}
        );
    }
    return ports;
}

void describe_controller(Tables& tables)
{
    add_system(
        tables,
        {.descr = "Hallmonitor simulated wireless controller, version 1.0",
         .object_id = airespace + Oid{1, 1, 4, 99},
         .services = 6}
    );
    add_interfaces(tables);
    add_lldp(tables);
    add_self(tables);
    std::vector<std::uint16_t> clients;
    for (std::uint32_t number = 1; number <= tables.size(); ++number) {
        add_point(tables, number, clients);
    }
    const auto all_clients =
        tables.signal({.name = "clients", .formula = [clients](const Signals& all, Instant now) {
                           std::int64_t sum = 0;
                           for (const auto of_radio : clients) {
                               sum += all.value(of_radio, now);
                           }
                           return sum;
                       }});
    tables.row(
        airespace + Oid{2, 1, 1, 1},
        {1},
        {{1, integer(1)},
         {2, name("district")},
         {6, integer(1)},
         {38, Tables::cell_of(all_clients, tag::counter32)}}
    );
}

} // namespace hallmonitor::sim::kinds
