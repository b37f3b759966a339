#pragma once
// What is measured. Everything an agent tells is a table: rows are components of one device (its
// interfaces; the device itself; the agent's own vitals), columns are metrics, and a reading is the
// matrix of values at one moment. One concept carries counters, states and gauges of every kind
// from a poll to the ledger, and delta-codes well.

#include "common/model/attributes.hpp"
#include "common/model/cells.hpp"
#include "common/model/ids.hpp"
#include "common/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor {

/// What the rows of a table are. Numbers are wire contract.
enum class TableKind : std::uint8_t {
    device = 1,    // one row, key "": liveness and identity of the device
    interface = 2, // one row an interface
    agent = 3,     // one row, key "": the agent's own vitals; the device name is the agent's name
    facts = 4, // one row a fact row: sensors, supplies, ports that feed others (fact_sections.hpp)
};

/// A column. Numbers are wire contract: never reused. Values are 64-bit: counters as they were read
/// (a 32-bit counter is below 2^32), states as their enumeration, gauges in the unit named.
enum class Metric : std::uint16_t {
    // interface
    if_admin_status = 1,  // AdminStatus
    if_oper_status = 2,   // OperStatus
    if_speed = 3,         // bit/s, 0 unknown
    if_last_change = 4,   // DeviceTicks, RFC 2863 ifLastChange
    if_discontinuity = 5, // DeviceTicks, RFC 2863 ifCounterDiscontinuityTime
    if_duplex = 6,        // 1 unknown, 2 half, 3 full (RFC 3635 dot3StatsDuplexStatus)
    row_ticks = 7,        // sysUpTime of the PDU that brought this row, centiseconds
    row_delay = 8,        // taken_at of the row after the table's, milliseconds; a row that was not
                          // read this time stands as it was, with a negative one (modulo 2^64)
    if_in_octets = 16,
    if_out_octets = 17,
    if_in_ucast = 18,
    if_out_ucast = 19,
    if_in_multicast = 20,
    if_out_multicast = 21,
    if_in_broadcast = 22,
    if_out_broadcast = 23,
    if_in_errors = 24,
    if_out_errors = 25,
    if_in_discards = 26,
    if_out_discards = 27,
    // device
    device_state = 64,              // State: up or down, the agent's verdict
    device_state_age = 65,          // milliseconds before taken_at at which that state began (dated
                                    // back to the first miss)
    device_snmp_up = 66,            // 0 or 1; absent where SNMP is not configured
    device_ping_up = 67,            // 0 or 1; absent where ping is not possible
    device_ping_rtt = 68,           // microseconds
    device_poll_duration = 69,      // microseconds, last complete cycle
    device_uptime = 70,             // sysUpTime, centiseconds
    device_table_up_interface = 71, // 0 or 1: the interface table was read whole
    // agent vitals
    agent_spool_bytes = 128,
    agent_spool_segments = 129,
    agent_polls = 130,              // counter
    agent_poll_overruns = 131,      // counter
    agent_dropped_spool_full = 132, // counter: batches; why they were dropped, as 138 to 140
    agent_replies_rejected = 133,   // counter: replies that answered no request of ours
    agent_timeouts = 134,           // counter
    agent_resident_bytes = 135,
    agent_cpu_milliseconds = 136, // counter
    agent_devices = 137,
    agent_dropped_disk_full = 138, // counter
    agent_dropped_disk_slow = 139, // counter
    agent_dropped_fenced = 140,    // counter
    agent_thinned_readings = 141,  // counter
    // facts: this and those behind it; what they mean is the row's section's
    fact = 256,
};

/// True for columns that only grow, whose difference is what counts.
constexpr bool is_counter(Metric metric)
{
    switch (metric) {
    case Metric::agent_polls:
    case Metric::agent_poll_overruns:
    case Metric::agent_dropped_spool_full:
    case Metric::agent_replies_rejected:
    case Metric::agent_timeouts:
    case Metric::agent_cpu_milliseconds:
    case Metric::agent_dropped_disk_full:
    case Metric::agent_dropped_disk_slow:
    case Metric::agent_dropped_fenced:
    case Metric::agent_thinned_readings: return true;
    default: return metric >= Metric::if_in_octets && metric <= Metric::if_out_discards;
    }
}

/// One row: `key` is its identity within (device, kind), stable under renumbering (D10).
struct Row {
    std::string key;
    Attributes attributes;
    std::uint64_t wide_columns{0}; // bit i: column i of the table is a 64-bit counter in this row
    bool operator==(const Row&) const = default;
};

/// What a table is; sent when it first appears in a spool segment and when rows change.
struct TableDefinition {
    std::string device; // name within the agent's site
    TableKind kind{};
    std::chrono::milliseconds interval{0}; // how often it is read: evidence holds 2.5 of these
    std::vector<Metric> columns;
    std::vector<Row> rows;
    bool operator==(const TableDefinition&) const = default;
};

/// Values of one table at one moment, column by column: cell of row r, column c stands at
/// cells[c * rows + r].
struct TableReading {
    MonoTime taken_at;                 // agent's clock, this boot
    std::optional<DeviceTicks> uptime; // device's clock; empty for the kernel's own counters
    Cells cells;
    /// So long after the reading before, others were taken that are left out here: no state had
    /// changed in them, and none was missed among them.
    std::chrono::milliseconds covered{0};
    bool operator==(const TableReading&) const = default;
};

/// Something that happened, for people and the ledger's event list.
struct Event {
    MonoTime at;
    std::string device; // empty: the agent itself
    std::string kind;   // one word with underscores, e.g. "device_rebooted"
    std::string text;   // one sentence: what, where, remedy
    bool operator==(const Event&) const = default;
};

} // namespace hallmonitor
