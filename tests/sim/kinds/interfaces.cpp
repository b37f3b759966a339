// The objects that every kind has: system, ifTable and ifXTable, engine and host uptime.

#include "tests/sim/kinds/common.hpp"

#include <algorithm>

namespace hallmonitor::sim {
namespace {

constexpr auto narrow = Meaning::counter32;
constexpr auto wide = Meaning::counter64;

/// A counter that stands at 0 on a port that never errs.
Cell error_counter(const PortSpec& port, Live live)
{
    return port.packets_an_error > 0 ? cell::live(live, narrow) : cell::counter(0);
}

void add_if_row(Tables& tables, std::size_t number)
{
    using namespace cell;
    static const Oid if_entry{1, 3, 6, 1, 2, 1, 2, 2, 1};
    constexpr std::uint64_t most = 4'294'967'295; // RFC 2863: faster ports say this
    const auto& port = tables.ports()[number];
    const auto index = tables.if_index(number);
    tables.port_row(
        number,
        if_entry,
        {index},
        {{1, integer(index)},
         {2, name(port.descr)},
         {3, integer(port.type)},
         {4, integer(port.mtu)},
         {5, gauge(static_cast<std::uint32_t>(std::min(port.speed, most)))},
         {6, live(Live::if_phys_address)},
         {7, live(Live::if_admin_status)},
         {8, live(Live::if_oper_status)},
         {9, live(Live::if_last_change)},
         {10, live(Live::in_octets, narrow)},
         {11, live(Live::in_packets, narrow)},
         {13, counter(0)},
         {14, error_counter(port, Live::in_errors)},
         {15, counter(0)},
         {16, live(Live::out_octets, narrow)},
         {17, live(Live::out_packets, narrow)},
         {19, error_counter(port, Live::out_discards)},
         {20, counter(0)}}
    );
}

void add_if_x_row(Tables& tables, std::size_t number)
{
    using namespace cell;
    static const Oid if_x_entry{1, 3, 6, 1, 2, 1, 31, 1, 1, 1};
    const auto& port = tables.ports()[number];
    tables.port_row(
        number,
        if_x_entry,
        {tables.if_index(number)},
        {{1, name(port.name)},
         {2, live(Live::in_multicast, narrow)},
         {3, live(Live::in_broadcast, narrow)},
         {4, live(Live::out_multicast, narrow)},
         {5, live(Live::out_broadcast, narrow)},
         {6, live(Live::in_octets, wide)},
         {7, live(Live::in_packets, wide)},
         {8, live(Live::in_multicast, wide)},
         {9, live(Live::in_broadcast, wide)},
         {10, live(Live::out_octets, wide)},
         {11, live(Live::out_packets, wide)},
         {12, live(Live::out_multicast, wide)},
         {13, live(Live::out_broadcast, wide)},
         {14, integer(1)},
         {15, gauge(static_cast<std::uint32_t>(port.speed / 1'000'000))},
         {16, integer(2)},
         {17, integer(port.type == ethernet ? 1 : 2)},
         {18, name(port.alias)},
         {19, ticks(0)}}
    );
}

} // namespace

void add_system(Tables& tables, const SystemSpec& spec)
{
    using namespace cell;
    const Oid system = mib_2 + Oid{1};
    tables.set_descr(spec.descr);
    tables.scalar(system + Oid{1}, name(spec.descr));
    tables.scalar(system + Oid{2}, oid(spec.object_id));
    tables.scalar(system + Oid{3}, live(Live::sys_uptime));
    tables.scalar(system + Oid{4}, name("noc@example.org"));
    tables.scalar(system + Oid{5}, live(Live::sys_name, Meaning::name));
    tables.scalar(system + Oid{6}, name(spec.location));
    tables.scalar(system + Oid{7}, integer(spec.services));
    tables.scalar({1, 3, 6, 1, 2, 1, 25, 1, 1}, live(Live::host_uptime));
    tables.scalar({1, 3, 6, 1, 6, 3, 10, 2, 1, 2}, live(Live::engine_boots));
    tables.scalar({1, 3, 6, 1, 6, 3, 10, 2, 1, 3}, live(Live::engine_time));
}

void add_interfaces(Tables& tables)
{
    const auto count = static_cast<std::int64_t>(tables.ports().size());
    tables.scalar({1, 3, 6, 1, 2, 1, 2, 1}, cell::integer(count));
    tables.scalar({1, 3, 6, 1, 2, 1, 31, 1, 5}, cell::live(Live::table_changed));
    for (std::size_t port = 0; port < tables.ports().size(); ++port) {
        add_if_row(tables, port);
        add_if_x_row(tables, port);
    }
}

} // namespace hallmonitor::sim
