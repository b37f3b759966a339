#pragma once
// One device's polling: what to ask next, and what the answers make. A cycle reads the device's own
// facts and interface names when they are not known or may have changed (cold), then counters and
// states (hot). One request is in flight at a time unless the device is said to take more; a device
// that is slow delays nobody but itself.
//
// Where classes of ports have intervals of their own, hot reads those that are due alone.
//
// States: idle -> (scalars -> names ->) hot -> idle (-> details -> idle). What the device's profile
// names (details) is read when the cycle has ended and its outcome is told, and yields to the next
// cycle, after which it goes on. Where the names are not read, hot
// begins with the guard: it asks sysUpTime, ifTableLastChange and ifNumber, and when one of them
// says that rows may have moved, what came in is dropped and the names are read first, so that no
// counter is ever given to the wrong name. A row that turns up unknown, or a restart in mid-cycle,
// sends the cycle back to the names once.
//
// Requests belong to lanes: lane 0 carries guard, facts and names, the others a part of the hot
// read each. A lane has at most one request in flight.

#include "agent/config.hpp"
#include "agent/poll/anomaly.hpp"
#include "agent/poll/cold_read.hpp"
#include "agent/poll/cycle_cost.hpp"
#include "agent/poll/fact_read.hpp"
#include "agent/poll/hot_read.hpp"
#include "agent/poll/learnt.hpp"
#include "agent/poll/port_schedule.hpp"
#include "agent/poll/reading_judge.hpp"
#include "agent/poll/scalar_read.hpp"
#include "agent/poll/uptime_watch.hpp"
#include "agent/poll/walk.hpp"
#include "agent/profile/interface_table.hpp"
#include "agent/snmp/message.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
        definition; // with every reading, unless forgotten; same pointer: unchanged
    std::optional<TableReading> reading;
    DueRows rows;                  // that the reading is of; empty: of all
    std::string problem;           // why the cycle ended early, one sentence; empty when it did not
    std::vector<Finding> findings; // what the device does wrong, also in a whole cycle
    std::string engine_change;     // of its SNMPv3 engine, one sentence; empty when there was none
    bool anomaly{false};           // `problem` is the first of the findings
    bool broken_protocol{false};   // and one that breaks the protocol
};

class DevicePoll {
public:
    /// Without a catalogue nothing but interfaces is read.
    explicit DevicePoll(
        DeviceConfig device, const std::shared_ptr<const Catalogue>& catalogue = nullptr
    );

    [[nodiscard]] bool is_idle() const { return state_ == State::idle; }
    /// Whether a cycle may begin.
    [[nodiscard]] bool can_start() const { return is_idle() || !cycle_is_open_; }
    /// Whether a cycle that begins now has anything to read.
    [[nodiscard]] bool is_due(MonoTime now) const
    {
        return names_are_due(now) || schedule_.due(now).has_value();
    }
    /// Reads names and all that they name, or will at the next ask(): until it is idle it takes
    /// room that polling does not. Its owner may let it wait.
    [[nodiscard]] bool takes_room() const
    {
        const bool reads_all =
            state_ == State::details && details_->reading().depth() == FactDepth::all;
        return state_ == State::names || reads_all;
    }
    [[nodiscard]] const DeviceConfig& device() const { return device_; }
    /// sysDescr, sysName, model and their like, as last read; empty before.
    [[nodiscard]] Attributes facts() const;
    /// Grows each time they are read.
    [[nodiscard]] unsigned facts_read() const { return facts_read_; }
    /// Who the interfaces are, as last read; null before. Rows of readings are rows of this.
    [[nodiscard]] const InterfaceInventory* inventory() const { return inventory_.get(); }

    /// What its replies have taught, with identity 0 before anything is learnt.
    [[nodiscard]] Learnt learnt() const;
    /// What was learnt of the device of this name before the agent started; call before the first
    /// cycle. It is dropped when the device turns out to be another one.
    void restore(const Learnt& learnt);

    /// What the last outcome said of its rows is kept elsewhere now: outcomes are without
    /// definition, and inventory() without names, until the names are read anew.
    void forget_names();

    /// A cycle begins; only when can_start(). A device known to be down is asked once, not retried.
    void start(MonoTime now, bool known_down);

    static constexpr std::size_t lanes = 1 + HotRead::parts;

    /// What to send now: ask until it gives nothing. The same request again after timed_out().
    [[nodiscard]] std::optional<Ask> ask();

    /// A reply to the lane's request in flight (source, version, community and id are checked
    /// already). False when its objects are not those asked for: then it is none, and the request
    /// stays in flight.
    [[nodiscard]] bool feed(
        std::size_t lane, const ResponseView& reply, std::size_t bytes, MonoTime now
    );

    /// The lane's request in flight got no answer in time. Retries as configured, then ends the
    /// cycle.
    void timed_out(std::size_t lane, MonoTime now);

    /// The lane's request in flight is to be asked for again: it was not sent, or the security
    /// model says that it may be sent anew.
    void not_sent(std::size_t lane) { in_flight_.at(lane) = false; }

    /// Why the device may be silent, in place of what is said otherwise; empty: not known.
    void explain(std::string silence) { silence_ = std::move(silence); }
    /// The device says why it will not answer. Anyone on the way can say so: it ends nothing, but
    /// there are no retries.
    void refuse(std::string why) { refusal_ = std::move(why); }

    /// An ICMP error says that nobody listens on the port. Anyone can forge one, so it ends
    /// nothing: it only explains a silence.
    void refused() { refused_ = true; }

    /// The cycle's result, once it ended.
    [[nodiscard]] std::optional<PollOutcome> take_outcome();

    /// What reading its profile brought, once that ended.
    [[nodiscard]] std::optional<FactOutcome> take_facts()
    {
        if (!facts_told_) return std::nullopt;
        return std::move(*std::exchange(facts_told_, nullptr));
    }

private:
    enum class State : std::uint8_t { idle, scalars, names, hot, details };
    static constexpr unsigned bulk_failures_allowed = 2; // a lossy link is no reason

    void enter(State state);
    void start_names();
    void settle_identity();
    void set_learnt(const Learnt& learnt);
    [[nodiscard]] bool can_ask(std::size_t lane) const;
    void take(std::size_t lane, const ResponseView& reply, std::size_t bytes, MonoTime now);
    [[nodiscard]] Walk* walk_of(std::size_t lane);
    bool give_up_bulk(Walk* walk);
    [[nodiscard]] std::string place();
    void feed_scalars(const ResponseView& reply, MonoTime now);
    void finish_guard(MonoTime now);
    void feed_names(const ResponseView& reply, std::size_t bytes, MonoTime now);
    void feed_hot(std::size_t part, const ResponseView& reply, std::size_t bytes, MonoTime now);
    void finish_hot(MonoTime now);
    void note_rows();
    void finish_names(MonoTime now);
    void finish_empty(MonoTime now);
    /// Begins to read what the profile names, or goes on. True when there is something to do.
    bool start_details(MonoTime now);
    void feed_details(const ResponseView& reply, std::size_t bytes, MonoTime now);
    void finish_details(MonoTime now);
    std::shared_ptr<const TableDefinition> current_definition();
    void judge_uptime();
    [[nodiscard]] Walk::Options way_to_walk() const
    {
        return {
            .version = device_.snmp->version,
            .no_bulk = manner_.no_bulk,
            .has_uptime = manner_.has_uptime};
    }
    void finish(MonoTime now, std::string problem);
    void finish(MonoTime now, Finding failure);
    /// Ends the cycle when it costs more than one may.
    void check_limits(MonoTime now);
    /// True when the device restarted since the last reply.
    bool note_uptime(std::optional<DeviceTicks> uptime, MonoTime now);
    [[nodiscard]] bool names_are_due(MonoTime now) const;
    void reread_names();

    DeviceConfig device_;

    // This cycle.
    CycleCost cost_;
    PollOutcome outcome_;
    std::array<unsigned, lanes> failures_{}; // attempts of the lane's request without an answer
    std::array<bool, lanes> in_flight_{};
    State state_{State::idle};
    MonoTime began_;
    DueRows due_; // empty: all rows
    bool known_down_{false};
    bool guard_is_open_{false};
    bool reread_{false}; // the names, once in this cycle already
    bool refused_{false};
    bool outcome_ready_{false};
    bool cycle_is_open_{false}; // until its outcome is ready
    std::string silence_;       // why, as far as the security model knows
    std::string refusal_;       // the device's own word

    // What is known of the device.
    std::uint64_t identity_{0}; // of whom it is known
    bool is_restored_{false};   // from before the start: its limits are not tried again yet
    bool names_suspect_{true};  // something says that rows may have moved
    HotRead::Manner manner_;
    // Cycles in a row that ended at a GETBULK without an answer; many before the first one.
    unsigned bulk_failures_{bulk_failures_allowed};
    unsigned facts_read_{0};
    MonoTime names_read_at_;
    std::size_t rows_read_{0}; // in the last whole cycle
    UptimeWatch uptime_;
    ScalarRead scalars_;
    ColdRead cold_;
    std::unique_ptr<InterfaceInventory> inventory_;     // in force
    std::shared_ptr<const TableDefinition> definition_; // null: forgotten, or never wanted yet
    bool definition_is_due_{false};                     // the names have been read anew
    std::vector<Finding> cold_findings_;                // as of the names in force
    ReadingJudge judge_;
    PortSchedule schedule_;
    HotRead hot_;
    std::unique_ptr<FactRead> details_; // null without a catalogue
    std::unique_ptr<FactOutcome> facts_told_;
    Attributes own_facts_;       // as last read: model and its like
    bool names_are_owed_{false}; // forget_names() waits until details need no names
};

} // namespace hallmonitor::agent
