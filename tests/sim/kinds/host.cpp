// What a device is as a host: processors, memory, IP addresses.

#include "tests/sim/kinds/common.hpp"

namespace hallmonitor::sim {
namespace {

/// The octets of an address as arcs of an index.
Oid arcs_of(std::uint32_t ip)
{
    return {ip >> 24U, ip >> 16U & 0xFFU, ip >> 8U & 0xFFU, ip & 0xFFU};
}

} // namespace

void add_host(Tables& tables, std::uint32_t processors, std::int64_t memory_kilobytes)
{
    using namespace cell;
    const Oid host = mib_2 + Oid{25};
    for (std::uint32_t number = 1; number <= processors; ++number) {
        const auto load = tables.signal(
            {.name = "cpu/" + std::to_string(number),
             .low = 3,
             .high = 60,
             .period = std::chrono::seconds{600}}
        );
        tables.row(
            host + Oid{3, 2, 1},
            {number},
            {{1, integer(number)},
             {2, oid(host + Oid{3, 1, 3})}, // hrDeviceProcessor
             {3, name("CPU " + std::to_string(number))},
             {4, oid({0, 0})},
             {5, integer(2)},
             {6, counter(0)}}
        );
        tables.row(host + Oid{3, 3, 1}, {number}, {{1, oid({0, 0})}, {2, Tables::cell_of(load)}});
    }
    const auto used = tables.signal(
        {.name = "memory/used",
         .low = memory_kilobytes / 4,
         .high = memory_kilobytes / 2,
         .period = std::chrono::seconds{1'800}}
    );
    tables.scalar(host + Oid{2, 2}, integer(memory_kilobytes));
    tables.row(
        host + Oid{2, 3, 1},
        {1},
        {{1, integer(1)},
         {2, oid(host + Oid{2, 1, 2})}, // hrStorageRam
         {3, name("Physical memory")},
         {4, integer(1'024)},
         {5, integer(memory_kilobytes)},
         {6, Tables::cell_of(used)},
         {7, counter(0)}}
    );
}

void add_addresses(Tables& tables, const std::vector<IpAddress>& addresses)
{
    using namespace cell;
    const Oid ip = mib_2 + Oid{4};
    tables.scalar(ip + Oid{1}, integer(1)); // ipForwarding
    for (const auto& address : addresses) {
        const auto index = tables.if_index(address.port);
        const auto arcs = arcs_of(address.ip);
        const auto mask = ~std::uint32_t{0} << (32 - address.prefix);
        const auto network = address.ip & mask;
        tables.row(
            ip + Oid{20, 1},
            arcs,
            {{1, cell::address(address.ip)},
             {2, integer(index)},
             {3, cell::address(mask)},
             {4, integer(1)},
             {5, integer(65'535)}}
        );
        // RFC 4293: the prefix is a row of ipAddressPrefixTable.
        const auto prefix =
            ip + Oid{32, 1, 5, index, 1, 4} + arcs_of(network) + Oid{address.prefix};
        tables.row(
            ip + Oid{34, 1},
            Oid{1, 4} + arcs,
            {{3, integer(index)},
             {4, integer(1)},
             {5, oid(prefix)},
             {6, integer(2)},
             {7, integer(1)},
             {8, ticks(0)},
             {9, ticks(0)},
             {10, integer(1)},
             {11, integer(3)}}
        );
    }
}

} // namespace hallmonitor::sim
