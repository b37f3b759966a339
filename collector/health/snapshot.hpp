#pragma once
// The fleet at one moment, as immutable values: made on the ingest loop, read by everyone else
// (/metrics, API, status, report) without a lock (D9). What did not change is shared from one
// snapshot to the next, and with the ledger itself.

#include "collector/health/fact_table.hpp"
#include "collector/health/timeline.hpp"
#include "collector/store/counters.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"
#include "common/model/status.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"
#include "common/units.hpp"
#include "common/wire/batch.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

/// A figure that may be missing, in eight octets: no figure here is ever NaN.
class Measured {
public:
    Measured() = default;
    Measured(double value) : value_(value) {} // NOLINT(google-explicit-constructor): it is one
    explicit operator bool() const { return !std::isnan(value_); }
    double operator*() const { return value_; }

private:
    double value_{std::numeric_limits<double>::quiet_NaN()};
};

/// One row of a table as last read live. A collector holds one for every port of the district, and
/// snapshots share them: no field here is dearer than it must be.
struct InterfaceView {
    std::shared_ptr<const Timeline> timeline; // watched interfaces only; else null
    WallTime state_since;                     // first evidence of `state` in a row
    WallTime evidence_at;                     // its newest evidence, by the agent's clock
    BitsPerSecond speed;                      // 0: unknown
    Counters total;                           // counted since first seen; only grows
    std::array<Measured, 2> per_second;       // octets received and sent, over the last step
    std::array<Measured, 2> utilization;      // ratio of speed; missing without speed or rate; not
                                              // clamped
    std::uint32_t row_number{0};              // of the table's definition
    std::uint32_t interval_ms{0};             // how often it is read
    AdminStatus admin{AdminStatus::up};
    OperStatus oper{OperStatus::unknown};
    State state{State::unknown}; // by the last reading
    bool has_counters{false};    // the last reading gave some
    float stood_seconds{0};      // the rates are held: counters stood still in the last step

    [[nodiscard]] bool watched() const { return timeline != nullptr; }
};

/// The interfaces of one device, each once, in the order of its table.
struct InterfaceTable {
    std::shared_ptr<const TableDefinition> definition; // null only without rows
    std::shared_ptr<const PlacedReading> reading;      // newest live one; null before the first
    std::vector<InterfaceView> rows;

    /// Key and attributes.
    [[nodiscard]] const Row& row(const InterfaceView& view) const
    {
        return definition->rows[view.row_number];
    }
    /// A counter as the device gave it.
    [[nodiscard]] Cell raw(const InterfaceView& view, Metric counter) const;
};

struct DeviceView {
    DeviceId id;
    std::string agent;
    Attributes attributes;
    std::chrono::milliseconds liveness_interval{0}; // evidence of the device
    WallTime evidence_at; // last evidence of the device, by the collector's clock
    std::chrono::milliseconds evidence_offset{0}; // the same by the agent's clock, in which lives
                                                  // are kept, after evidence_at
    State state{State::unknown}; // by that evidence; unknown once older than evidence_hold
    WallTime state_since;
    std::optional<bool> snmp_up;
    std::optional<bool> ping_up;
    std::optional<std::chrono::microseconds> ping_rtt;
    std::optional<std::chrono::microseconds> poll_duration;
    std::optional<WallTime> booted_at;
    std::optional<bool> interface_table_up;
    WallTime interfaces_at; // last reading of the interface table, by the collector's clock
    std::chrono::milliseconds interfaces_offset{0};   // the same by the agent's clock, after that
    std::shared_ptr<const InterfaceTable> interfaces; // never null
    std::shared_ptr<const Timeline> timeline;         // never null
    std::optional<WallTime> ended_at; // when it left the configuration, by the agent's clock
    FactTable facts;
};

struct LaneView {
    WallTime newest; // sealing time of the newest batch applied
    std::uint64_t batches{0};
};

struct AgentView {
    AgentId id;
    bool connected{false};
    std::string peer; // address it comes from
    std::string software;
    std::optional<WallTime> contested_at;    // collector's clock: a second machine was refused last
    WallTime heard_at;                       // collector's clock: last frame of any kind
    std::chrono::milliseconds clock_skew{0}; // agent's clock minus collector's, at hello
    LaneView live;
    LaneView history;
    std::map<Metric, std::uint64_t> vitals; // columns of its TableKind::agent table
};

struct EventView {
    WallTime at;
    AgentId agent;
    Event event;
};

struct Snapshot {
    WallTime at;                                            // collector's clock
    std::vector<std::shared_ptr<const DeviceView>> devices; // in the configuration, sorted by id
    std::vector<std::shared_ptr<const DeviceView>> ended;   // that have left it, likewise
    std::vector<AgentView> agents;                          // sorted by id
    std::vector<EventView> events;                          // newest last, at most 1,000
};

/// True while a reading taken at `taken` every `interval` still stands at `now` (2.5 intervals).
[[nodiscard]] bool is_fresh(WallTime taken, std::chrono::milliseconds interval, WallTime now);

/// State of a device at `now`: by its evidence, unknown once that is too old.
[[nodiscard]] State state_at(const DeviceView& device, WallTime now);

/// True while what was read of an interface of `device` still stands at `now`.
[[nodiscard]] bool is_fresh(const DeviceView& device, const InterfaceView& view, WallTime now);

/// State of an interface of `device` at `now`.
[[nodiscard]] State state_at(const DeviceView& device, const InterfaceView& view, WallTime now);

/// Sums of a device's life over [from, to), its newest evidence standing for as long as evidence
/// does.
[[nodiscard]] Share share_of(const DeviceView& device, WallTime from, WallTime to);
/// The same of a watched interface of `device`; nothing for others.
[[nodiscard]] Share share_of(
    const DeviceView& device, const InterfaceView& view, WallTime from, WallTime to
);

/// The intervals behind share_of over [from, to), the newest evidence included, oldest first.
[[nodiscard]] std::vector<Interval> life_of(const DeviceView& device, WallTime from, WallTime to);
[[nodiscard]] std::vector<Interval> life_of(
    const DeviceView& device, const InterfaceView& view, WallTime from, WallTime to
);

/// True while the agent is connected and was heard within limits::peer_silence.
[[nodiscard]] bool is_up(const AgentView& agent, WallTime now);

/// True while a second machine with the agent's identity keeps trying (it does every minute).
[[nodiscard]] bool is_contested(const AgentView& agent, WallTime now);

/// Age of the newest batch of the live lane, on the agent's own clock; empty before the first.
[[nodiscard]] std::optional<std::chrono::milliseconds> live_lag(
    const AgentView& agent, WallTime now
);

/// How far the backlog is behind; empty when nothing waits in the agent's spool.
[[nodiscard]] std::optional<std::chrono::milliseconds> history_lag(
    const AgentView& agent, WallTime now
);

} // namespace hallmonitor::collector
