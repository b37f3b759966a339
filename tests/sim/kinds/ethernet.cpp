// EtherLike-MIB and the bridge's MIBs.

#include "tests/sim/kinds/common.hpp"

namespace hallmonitor::sim {
namespace {

constexpr auto narrow = Meaning::counter32;

/// A bit for each port, the first one highest (RFC 4363, PortList).
Bytes port_list(const Tables& tables, const std::vector<std::size_t>& ports, bool with_edges)
{
    Bytes octets((ports.size() + 7) / 8);
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const bool is_edge = tables.ports()[ports[i]].role == Role::edge;
        if (is_edge && !with_edges) continue;
        octets[i / 8] |= static_cast<std::uint8_t>(0x80U >> i % 8);
    }
    return octets;
}

void add_spanning_tree(Tables& tables, const std::vector<std::size_t>& ports)
{
    using namespace cell;
    const Oid stp = mib_2 + Oid{17, 2};
    tables.scalar(stp + Oid{1}, integer(3));
    tables.scalar(stp + Oid{2}, integer(32'768));
    tables.scalar(stp + Oid{3}, live(Live::stp_since));
    tables.scalar(stp + Oid{4}, live(Live::stp_changes, narrow));
    tables.scalar(stp + Oid{5}, live(Live::stp_root));
    tables.scalar(stp + Oid{6}, integer(2'000));
    tables.scalar(stp + Oid{7}, live(Live::stp_root_port));
    const std::initializer_list<std::pair<std::uint32_t, std::int64_t>> times{
        {8, 2'000}, {9, 200}, {10, 100}, {11, 1'500}, {12, 2'000}, {13, 200}, {14, 1'500}};
    for (const auto& [column, centiseconds] : times) {
        tables.scalar(stp + Oid{column}, integer(centiseconds));
    }
    for (std::uint32_t number = 1; number <= ports.size(); ++number) {
        const auto port = ports[number - 1];
        tables.port_row(
            port,
            stp + Oid{15, 1},
            {number},
            {{1, integer(number)},
             {2, integer(128)},
             {3, live(Live::stp_port_state)},
             {4, integer(1)},
             {5, integer(tables.ports()[port].speed >= 10'000'000'000 ? 2 : 4)},
             {6, live(Live::stp_root)},
             {7, integer(0)},
             {8, live(Live::stp_root)},
             {9, octets({0x80, static_cast<std::uint8_t>(number)})},
             {10, counter(1)}}
        );
    }
}

void add_vlans(
    Tables& tables, const std::vector<std::size_t>& ports, const std::vector<Vlan>& vlans
)
{
    using namespace cell;
    const Oid q_bridge = mib_2 + Oid{17, 7, 1};
    const auto count = static_cast<std::uint32_t>(vlans.size());
    tables.scalar(q_bridge + Oid{1, 1}, integer(1));
    tables.scalar(q_bridge + Oid{1, 2}, integer(4'094));
    tables.scalar(q_bridge + Oid{1, 3}, gauge(4'094));
    tables.scalar(q_bridge + Oid{1, 4}, gauge(count));
    tables.scalar(q_bridge + Oid{1, 5}, integer(2));
    for (const auto& vlan : vlans) {
        const bool is_usual = vlan.id == vlans.front().id;
        const auto untagged = is_usual ? port_list(tables, ports, true) : Bytes(ports.size() / 8);
        tables.row(
            q_bridge + Oid{4, 3, 1},
            {vlan.id},
            {{1, name(vlan.name)},
             {2, octets(port_list(tables, ports, is_usual))},
             {3, octets(Bytes(ports.size() / 8))},
             {4, octets(untagged)},
             {5, integer(1)}}
        );
    }
    for (std::uint32_t number = 1; number <= ports.size(); ++number) {
        tables.port_row(
            ports[number - 1],
            q_bridge + Oid{4, 5, 1},
            {number},
            {{1, gauge(vlans.front().id)}, {2, integer(1)}, {3, integer(2)}}
        );
    }
}

} // namespace

std::vector<std::size_t> ethernet_ports(const Tables& tables)
{
    std::vector<std::size_t> ports;
    for (std::size_t port = 0; port < tables.ports().size(); ++port) {
        if (tables.ports()[port].type == ethernet) ports.push_back(port);
    }
    return ports;
}

void add_ethernet(Tables& tables)
{
    using namespace cell;
    const Oid entry = mib_2 + Oid{10, 7, 2, 1};
    for (const auto number : ethernet_ports(tables)) {
        const auto& port = tables.ports()[number];
        const auto index = tables.if_index(number);
        const auto errors = [&](Live what, bool has) {
            return has ? live(what, narrow) : counter(0);
        };
        const bool errs = port.packets_an_error > 0;
        tables.port_row(
            number,
            entry,
            {index},
            {{1, integer(index)},
             {2, errors(Live::alignment_errors, errs)},
             {3, errors(Live::fcs_errors, errs)},
             {4, errors(Live::collisions, port.is_half_duplex)},
             {5, counter(0)},
             {6, counter(0)},
             {7, counter(0)},
             {8, counter(0)},
             {9, counter(0)},
             {10, counter(0)},
             {11, counter(0)},
             {13, counter(0)},
             {16, counter(0)},
             {18, counter(0)},
             {19, integer(port.is_half_duplex ? 2 : 3)},
             {20, integer(2)},
             {21, integer(1)}}
        );
    }
}

void add_bridge(Tables& tables, const std::vector<Vlan>& vlans)
{
    using namespace cell;
    const Oid base = mib_2 + Oid{17, 1};
    const auto ports = ethernet_ports(tables);
    tables.scalar(base + Oid{1}, live(Live::chassis_mac));
    tables.scalar(base + Oid{2}, integer(static_cast<std::int64_t>(ports.size())));
    tables.scalar(base + Oid{3}, integer(2));
    for (std::uint32_t number = 1; number <= ports.size(); ++number) {
        const auto port = ports[number - 1];
        tables.port_row(
            port,
            base + Oid{4, 1},
            {number},
            {{1, integer(number)},
             {2, integer(tables.if_index(port))},
             {3, oid({0, 0})},
             {4, counter(0)},
             {5, counter(0)}}
        );
    }
    add_spanning_tree(tables, ports);
    add_vlans(tables, ports, vlans);
}

} // namespace hallmonitor::sim
