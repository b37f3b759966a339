#pragma once
// What the poll bench compares: several ways of asking the same fleet for the same kind of table.
// One cycle asks every device once, all of them as fast as the poller can.

#include "agent/config.hpp"
#include "common/error.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace hallmonitor::bench {

/// A running snmp_fleet: device n answers at address `first` + n.
struct FleetAddress {
    std::uint32_t first{0}; // IPv4, host order
    std::uint16_t port{0};
    std::uint32_t devices{0};
    std::uint32_t ports{48}; // interfaces a device, ifIndex 1 to `ports`
};

/// What one cycle took.
struct CycleCost {
    double cpu_seconds{0};
    double wall_seconds{0};
    std::uint64_t varbinds{0};  // received, as the poller understands them
    std::uint64_t octets{0};    // of replies, where the poller sees them
    std::uint32_t complete{0};  // devices read whole
    double complete_seconds{0}; // when the last of them was
};

/// ifIn/OutErrors, ifIn/OutDiscards, ifOper/AdminStatus of ifTable; ifHCIn/OutOctets and
/// ifHighSpeed of ifXTable: what the pollers of others are asked for.
struct PeerColumn {
    bool is_extension; // ifXTable, else ifTable
    std::uint32_t column;
};
inline constexpr std::array<PeerColumn, 9> peer_columns{{
    {true, 6},
    {true, 10},
    {false, 14},
    {false, 20},
    {false, 13},
    {false, 19},
    {false, 8},
    {false, 7},
    {true, 15},
}};
/// Rows a GETBULK, so that replies of nine columns stay below 1,472 octets.
inline constexpr std::uint32_t rows_per_request = 8;

/// Prepared datagrams on raw sockets: what the kernel's UDP path alone costs. With `parse`, each
/// reply's varbinds are walked and their numbers stored, without any check.
[[nodiscard]] CycleCost raw_cycle(const FleetAddress& fleet, bool parse);

/// The net-snmp library's asynchronous API, a session a device. In version 3 the user is one with
/// SHA-256 and AES-128.
[[nodiscard]] CycleCost net_snmp_cycle(
    const FleetAddress& fleet, std::uint32_t at_once, const agent::SnmpSettings& snmp
);

/// Ours: Engine over UdpExchange, to finished readings. Reads more columns than the others (see
/// agent/profile/if_mib.hpp), which is why figures are held against the varbinds received.
class EnginePoller {
public:
    EnginePoller(const FleetAddress& fleet, const agent::SnmpSettings& snmp);
    ~EnginePoller();
    EnginePoller(const EnginePoller&) = delete;
    EnginePoller& operator=(const EnginePoller&) = delete;
    EnginePoller(EnginePoller&&) = delete;
    EnginePoller& operator=(EnginePoller&&) = delete;

    /// A cycle of all devices, so many at once. The first one reads the names too.
    [[nodiscard]] CycleCost cycle(std::uint32_t at_once);

private:
    struct State;
    State* state_;
};

} // namespace hallmonitor::bench
