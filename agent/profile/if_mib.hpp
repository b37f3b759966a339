#pragma once
// IF-MIB (RFC 2863) as this agent reads it: which columns, in which walks, and what each becomes.
//
// Hot columns (counters and states) are read every cycle; cold ones (names, types, which counters a
// row has) when a device is new, restarts or changes its table. Names of objects are the RFC's.

#include "agent/snmp/oid.hpp"
#include "common/model/table.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace hallmonitor::agent::if_mib {

/// A hot column and the metric that it fills.
struct HotColumn {
    OidBytes oid;
    Metric metric;
};

/// 64-bit octets and packets: ifHCInOctets .. ifHCOutBroadcastPkts.
[[nodiscard]] std::span<const HotColumn> wide_counters();
/// The same eight in 32 bits, for rows without them: ifInOctets .. ifOutBroadcastPkts.
[[nodiscard]] std::span<const HotColumn> narrow_counters();
/// ifAdminStatus, ifOperStatus, errors, discards, ifHighSpeed, ifLastChange,
/// ifCounterDiscontinuityTime.
[[nodiscard]] std::span<const HotColumn> states();

enum class Cold : std::uint8_t {
    descr,         // ifDescr
    type,          // ifType
    speed,         // ifSpeed
    phys_address,  // ifPhysAddress
    name,          // ifName
    alias,         // ifAlias
    in_octets,     // ifInOctets: beside the 64-bit ones, to tell a live row from a frozen one
    out_octets,    // ifOutOctets
    hc_in_octets,  // ifHCInOctets
    hc_out_octets, // ifHCOutOctets
};

struct ColdColumn {
    OidBytes oid;
    Cold fact;
};

/// ifTable's part and ifXTable's part, so that a device without the latter loses only that.
[[nodiscard]] std::span<const ColdColumn> cold_columns();

/// ifTableLastChange.0 and ifNumber.0: when either moves, the cold columns are read again.
[[nodiscard]] const Oid& if_table_last_change();
[[nodiscard]] const Oid& if_number();

/// Line rate in bit/s out of ifSpeed (bit/s, ceiling 2^32 - 1) and ifHighSpeed (Mbit/s). Some
/// agents give ifHighSpeed in bit/s or as garbage: then ifSpeed where it says something, else the
/// figure as bit/s where that is a whole number of Mbit/s, else 0 (unknown). Empty when both are
/// absent.
[[nodiscard]] Cell plausible_speed(Cell if_speed, Cell if_high_speed);

} // namespace hallmonitor::agent::if_mib
