#pragma once
// Groups of objects that several kinds of device have.

#include "tests/sim/kinds/tables.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hallmonitor::sim {

inline constexpr std::uint32_t ethernet = 6; // ifType ethernetCsmacd
inline const Oid mib_2{1, 3, 6, 1, 2, 1};
inline const Oid enterprises{1, 3, 6, 1, 4, 1};
inline const Oid cisco_management = enterprises + Oid{9, 9};
/// sysObjectID below Cisco's products where profiles find Cisco's tables; no product has these.
inline const Oid like_cisco = enterprises + Oid{9, 1, 99'990};

/// system (RFC 3418), engine and host uptime.
struct SystemSpec {
    std::string descr;
    Oid object_id;
    std::string location{"rack 1"};
    std::int64_t services{2};
};
void add_system(Tables& tables, const SystemSpec& spec);

/// ifTable and ifXTable (RFC 2863) of all ports.
void add_interfaces(Tables& tables);

/// dot3StatsTable (RFC 3635) of the Ethernet ports: duplex and errors.
void add_ethernet(Tables& tables);

struct Vlan {
    std::uint32_t id;
    std::string name;
};
/// BRIDGE-MIB (RFC 4188) and Q-BRIDGE-MIB (RFC 4363): ports, spanning tree, VLANs. The ports are
/// untagged in the first VLAN, uplinks and trunks tagged in all.
void add_bridge(Tables& tables, const std::vector<Vlan>& vlans);

/// LLDP-MIB (IEEE 802.1AB): itself, its ports and who is at the other end of them. Local port
/// numbers are not ifIndexes.
void add_lldp(Tables& tables);
/// CISCO-CDP-MIB: the same neighbours.
void add_cdp(Tables& tables);

/// HOST-RESOURCES-MIB (RFC 2790): load of processors and use of memory.
void add_host(Tables& tables, std::uint32_t processors, std::int64_t memory_kilobytes);

struct IpAddress {
    std::uint32_t ip;
    std::uint32_t prefix; // length
    std::size_t port;
};
/// IP-MIB: ipAddressTable (RFC 4293) and ipAddrTable, which it replaced.
void add_addresses(Tables& tables, const std::vector<IpAddress>& addresses);

/// The Ethernet ports, as their numbers among all ports.
std::vector<std::size_t> ethernet_ports(const Tables& tables);

} // namespace hallmonitor::sim
