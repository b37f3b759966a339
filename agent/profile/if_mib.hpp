#pragma once
// IF-MIB (RFC 2863) as this agent reads it: which columns, in which walks, and what each becomes.
//
// Hot columns (counters and states) are read every cycle; cold ones (names, types, which rows there
// are and which counters each has) when a device is new, restarts or changes its table. Names of
// objects are the RFC's.

#include "agent/snmp/oid.hpp"
#include "common/model/table.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace hallmonitor::agent::if_mib {

/// A hot column and the metric that it fills.
struct HotColumn {
    OidBytes oid;
    Metric metric;
};

/// Counters that come in 64 bits and in 32: octets, and packets by kind of cast; errors and
/// discards are 32 bits wide always.
constexpr bool is_paired(Metric metric)
{
    return metric >= Metric::if_in_octets && metric <= Metric::if_out_broadcast;
}
/// Number of such a counter, from 0; of received ones even, of sent ones odd.
constexpr unsigned pair_of(Metric counter)
{
    return static_cast<unsigned>(counter) - static_cast<unsigned>(Metric::if_in_octets);
}

/// 64-bit octets and packets: ifHCInOctets .. ifHCOutBroadcastPkts.
[[nodiscard]] std::span<const HotColumn> wide_counters();
/// The same eight in 32 bits, for what a row has not in 64: ifInOctets .. ifOutBroadcastPkts.
[[nodiscard]] std::span<const HotColumn> narrow_counters();
/// ifAdminStatus, ifOperStatus, errors, discards, ifHighSpeed, ifLastChange,
/// ifCounterDiscontinuityTime.
[[nodiscard]] std::span<const HotColumn> states();

enum class Cold : std::uint8_t {
    descr,        // ifDescr
    type,         // ifType
    speed,        // ifSpeed
    phys_address, // ifPhysAddress
    name,         // ifName
    alias,        // ifAlias
    narrow,       // a 32-bit counter: whether a row has it, and whether it has counted anything
    wide,         // the same of a 64-bit one
    state,        // only says that there is such a row: some have neither name nor counter
};

enum class Table : std::uint8_t { if_table, if_x_table };

struct ColdColumn {
    OidBytes oid;
    Table table;
    Cold fact;
    Metric metric{}; // of `narrow` and `wide`
};

/// Of a pair of counters the 32-bit one comes first, so that one that stands at 0 later than the
/// other counted is frozen, not young.
[[nodiscard]] std::span<const ColdColumn> cold_columns();

/// ifTableLastChange.0 and ifNumber.0: when either moves, the cold columns are read again.
[[nodiscard]] const Oid& if_table_last_change();
[[nodiscard]] const Oid& if_number();

/// The object behind a hot metric of a row, "1.3.6.1...", for messages; `wide`: of a paired counter
/// the 64-bit one.
[[nodiscard]] std::string instance(Metric metric, bool wide, std::uint32_t if_index);

/// ifName of a row.
[[nodiscard]] std::string name_instance(std::uint32_t if_index);

/// Whether a port can be that fast; an ifHighSpeed (Mbit/s) beyond is in another unit or garbage.
[[nodiscard]] bool is_plausible_high_speed(std::uint64_t mbit);

/// Line rate in bit/s out of ifSpeed (bit/s, ceiling 2^32 - 1) and ifHighSpeed (Mbit/s). Some
/// agents give ifHighSpeed in bit/s or as garbage: then ifSpeed where it says something, else the
/// figure as bit/s where that is a whole number of Mbit/s, else 0 (unknown). Bit/s it is also where
/// both are the same and more than one port does. Empty when both say nothing: an ifHighSpeed of 0
/// is less than half a Mbit/s or, mostly, a port without link.
[[nodiscard]] Cell plausible_speed(Cell if_speed, Cell if_high_speed);

} // namespace hallmonitor::agent::if_mib
