#pragma once
// The fleet at one moment, as immutable values: made on the ingest loop, read by everyone else
// (/metrics, API, status, report) without a lock (D9). Views of devices that did not change are
// shared from one snapshot to the next.

#include "collector/health/timeline.hpp"
#include "collector/store/counting.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"
#include "common/model/status.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"
#include "common/units.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

struct InterfaceView {
    std::shared_ptr<const TableDefinition> table; // never null
    std::size_t row_number{0};
    /// Key and attributes.
    [[nodiscard]] const Row& row() const { return table->rows[row_number]; }

    bool watched{false};
    AdminStatus admin{AdminStatus::up};
    OperStatus oper{OperStatus::unknown};
    State state{State::unknown};                  // by the last reading
    WallTime state_since;                         // first evidence of that state in a row
    std::chrono::milliseconds evidence_offset{0}; // its newest evidence by the agent's clock, after
                                                  // the device's interfaces_at
    BitsPerSecond speed;                          // 0: unknown
    std::array<Cell, interface_counters> raw;     // as read
    std::array<std::uint64_t, interface_counters> total{}; // counted since first seen; only grows
    std::array<bool, interface_counters> has_total{};      // the device gives this counter
    std::array<std::optional<double>, interface_counters> per_second; // over the last step
    std::array<std::optional<double>, 2> utilization; // received, sent: ratio of speed; empty
                                                      // without speed or rate; not clamped
    std::shared_ptr<const Timeline> timeline;         // watched interfaces only; else null
};

struct DeviceView {
    DeviceId id;
    std::string agent;
    Attributes attributes;
    std::chrono::milliseconds liveness_interval{0}; // evidence of the device
    std::chrono::milliseconds poll_interval{0};     // of its interface table; 0: none
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
    std::shared_ptr<const std::vector<InterfaceView>> interfaces; // never null
    std::shared_ptr<const Timeline> timeline;                     // never null
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
    std::vector<std::shared_ptr<const DeviceView>> devices; // sorted by id
    std::vector<AgentView> agents;                          // sorted by id
    std::vector<EventView> events;                          // newest last, at most 1,000
};

/// True while a reading taken at `taken` every `interval` still stands at `now` (2.5 intervals).
[[nodiscard]] bool is_fresh(WallTime taken, std::chrono::milliseconds interval, WallTime now);

/// State of a device at `now`: by its evidence, unknown once that is too old.
[[nodiscard]] State state_at(const DeviceView& device, WallTime now);

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

/// Age of the newest batch of the live lane, on the agent's own clock; empty before the first.
[[nodiscard]] std::optional<std::chrono::milliseconds> live_lag(
    const AgentView& agent, WallTime now
);

/// How far the backlog is behind; empty when nothing waits in the agent's spool.
[[nodiscard]] std::optional<std::chrono::milliseconds> history_lag(
    const AgentView& agent, WallTime now
);

} // namespace hallmonitor::collector
