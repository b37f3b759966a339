#pragma once
// One device's polling: what to ask next, and what the answers make. A cycle reads the device's own
// facts and interface names when they are not known or may have changed (cold), then counters and
// states (hot). One request is in flight at a time unless the device is said to take more; a device
// that is slow delays nobody but itself.
//
// States: idle -> (facts -> names ->) hot -> idle. Where the names are not read, hot begins with
// the guard: it asks sysUpTime, ifTableLastChange and ifNumber, and when one of them says that rows
// may have moved, what came in is dropped and the names are read first, so that no counter is ever
// given to the wrong name. A row that turns up unknown, or a restart in mid-cycle, sends the cycle
// back to the names once.
//
// Requests belong to lanes: lane 0 carries guard, facts and names, the others a part of the hot
// read each. A lane has at most one request in flight.

#include "agent/config.hpp"
#include "agent/poll/hot_read.hpp"
#include "agent/poll/walk.hpp"
#include "agent/profile/interface_table.hpp"
#include "agent/snmp/message.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// What one cycle brought.
struct PollOutcome {
    bool answered{false};            // at least one valid reply
    bool interfaces_complete{false}; // the interface table was read whole
    std::chrono::microseconds duration{0};
    std::uint64_t varbinds{0}; // received
    std::optional<DeviceTicks> uptime;
    std::shared_ptr<const TableDefinition>
        definition; // with every reading; same pointer: unchanged
    std::optional<TableReading> reading;
    std::string problem; // one sentence; empty when all is well
    bool anomaly{false}; // `problem` is a broken protocol, worth an event
};

class DevicePoll {
public:
    explicit DevicePoll(DeviceConfig device);

    [[nodiscard]] bool is_idle() const { return state_ == State::idle; }
    [[nodiscard]] const DeviceConfig& device() const { return device_; }
    /// sysDescr, sysName and their like, as last read; empty before.
    [[nodiscard]] const std::map<Attribute, std::string>& facts() const { return facts_; }
    /// Grows each time they are read.
    [[nodiscard]] unsigned facts_read() const { return facts_read_; }
    /// Who the interfaces are, as last read; null before. Rows of readings are rows of this.
    [[nodiscard]] const InterfaceInventory* inventory() const { return inventory_.get(); }

    /// A cycle begins; only when idle. A device known to be down is asked once, not retried.
    void start(MonoTime now, bool known_down);

    static constexpr std::size_t lanes = 1 + HotRead::parts;

    /// What to send now: ask until it gives nothing. The same request again after timed_out().
    [[nodiscard]] std::optional<Ask> ask();

    /// A reply to the lane's request in flight (source, version, community and id are checked
    /// already). One to a request that was given up is passed over.
    void feed(std::size_t lane, const ResponseView& reply, std::size_t bytes, MonoTime now);

    /// The lane's request in flight got no answer in time. Retries as configured, then ends the
    /// cycle.
    void timed_out(std::size_t lane, MonoTime now);

    /// An ICMP error says that nobody listens on the port. Anyone can forge one, so it ends
    /// nothing: it only explains a silence.
    void refused();

    /// The cycle's result, once it ended.
    [[nodiscard]] std::optional<PollOutcome> take_outcome();

private:
    enum class State : std::uint8_t { idle, facts, names, hot };

    void enter(State state);
    void start_names();
    [[nodiscard]] bool can_ask(std::size_t lane) const;
    [[nodiscard]] Ask ask_scalars();
    void feed_scalars(const ResponseView& reply, MonoTime now);
    void finish_guard(MonoTime now);
    void take_scalar(std::size_t number, const VarBindView& value);
    void feed_names(const ResponseView& reply, std::size_t bytes, MonoTime now);
    void feed_hot(std::size_t part, const ResponseView& reply, std::size_t bytes, MonoTime now);
    void finish_hot(MonoTime now);
    void finish_names(MonoTime now);
    void finish(MonoTime now, std::string problem, bool anomaly = false);
    /// True when the device restarted since the last reply.
    bool note_uptime(std::optional<DeviceTicks> uptime, MonoTime now);
    [[nodiscard]] bool names_are_due(MonoTime now) const;
    void reread_names();

    DeviceConfig device_;
    State state_{State::idle};
    MonoTime started_;
    std::array<bool, lanes> in_flight_{};
    std::array<unsigned, lanes> failures_{}; // attempts of the lane's request without an answer
    bool known_down_{false};
    bool guard_is_open_{false};

    std::vector<bool> scalar_missing_; // v1 agents refuse a whole GET for one missing object
    std::vector<std::size_t> scalars_asked_;
    std::vector<std::span<const std::byte>> scalar_oids_;
    std::map<Attribute, std::string> facts_;
    unsigned facts_read_{0};
    Cell table_last_change_; // ifTableLastChange
    Cell if_number_;         // ifNumber

    std::unique_ptr<InterfaceInventory> inventory_; // in force
    std::unique_ptr<InterfaceInventory> incoming_;  // being read
    std::shared_ptr<const TableDefinition> definition_;
    HotRead hot_;
    MonoTime names_read_at_;
    bool names_suspect_{true}; // something says that rows may have moved
    bool reread_{false};       // done once in this cycle already
    bool refused_{false};

    std::optional<Walk> names_walk_;
    unsigned cold_repetitions_{4};

    std::optional<DeviceTicks> uptime_;
    MonoTime uptime_at_;
    PollOutcome outcome_;
    bool outcome_ready_{false};
};

} // namespace hallmonitor::agent
