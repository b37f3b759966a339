// Who is at the other end of a cable: LLDP and CDP. Their rows exist while the link is up and the
// fleet has somebody there.

#include "tests/sim/kinds/common.hpp"

namespace hallmonitor::sim {
namespace {

constexpr std::int64_t mac_address = 4;    // LldpChassisIdSubtype
constexpr std::int64_t interface_name = 5; // LldpPortIdSubtype

/// LldpSystemCapabilitiesMap: bit 2 is bridge.
Bytes bridge_capability()
{
    return {0x20};
}

} // namespace

void add_lldp(Tables& tables)
{
    using namespace cell;
    const Oid lldp{1, 0, 8802, 1, 1, 2, 1};
    const Oid local = lldp + Oid{3};
    tables.scalar(lldp + Oid{2, 1}, live(Live::neighbours_changed));
    tables.scalar(local + Oid{1}, integer(mac_address));
    tables.scalar(local + Oid{2}, live(Live::chassis_mac));
    tables.scalar(local + Oid{3}, live(Live::sys_name, Meaning::name));
    tables.scalar(local + Oid{4}, name(tables.descr()));
    tables.scalar(local + Oid{5}, octets(bridge_capability()));
    tables.scalar(local + Oid{6}, octets(bridge_capability()));
    const auto ports = ethernet_ports(tables);
    for (std::uint32_t number = 1; number <= ports.size(); ++number) {
        const auto port = ports[number - 1];
        const auto& spec = tables.ports()[port];
        tables.port_row(
            port,
            local + Oid{7, 1},
            {number},
            {{2, integer(interface_name)}, {3, name(spec.name)}, {4, name(spec.alias)}}
        );
        if (spec.role == Role::edge) continue;
        tables.port_row(
            port,
            lldp + Oid{4, 1, 1},
            {0, number, 1},
            {{4, integer(mac_address)},
             {5, live(Live::neighbour_chassis)},
             {6, integer(interface_name)},
             {7, live(Live::neighbour_port, Meaning::name)},
             {8, live(Live::neighbour_port_descr, Meaning::name)},
             {9, live(Live::neighbour_name, Meaning::name)},
             {10, live(Live::neighbour_descr, Meaning::name)},
             {11, octets(bridge_capability())},
             {12, octets(bridge_capability())}},
            Shown::with_neighbour
        );
    }
}

void add_cdp(Tables& tables)
{
    using namespace cell;
    const Oid cdp = cisco_management + Oid{23, 1};
    tables.scalar(cdp + Oid{3, 1}, integer(1));
    tables.scalar(cdp + Oid{3, 4}, live(Live::sys_name, Meaning::name));
    for (const auto port : ethernet_ports(tables)) {
        if (tables.ports()[port].role == Role::edge) continue;
        tables.port_row(
            port,
            cdp + Oid{2, 1, 1},
            {tables.if_index(port), 1},
            {{3, integer(1)},
             {4, live(Live::neighbour_address)},
             {5, live(Live::neighbour_descr, Meaning::name)},
             {6, live(Live::neighbour_name, Meaning::name)},
             {7, live(Live::neighbour_port, Meaning::name)},
             {8, name("simulated")},
             {9, octets({0, 0, 0, 0x28})}},
            Shown::with_neighbour
        );
    }
}

} // namespace hallmonitor::sim
