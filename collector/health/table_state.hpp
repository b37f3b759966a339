#pragma once
// What the ledger knows of one table of the fleet: its rows with their lives, totals and last
// readings (table_rows.hpp). One step of the table moves all of them on.

#include "collector/health/evidence.hpp"
#include "collector/health/hour_sums.hpp"
#include "collector/health/ledger.hpp"
#include "collector/health/row_cells.hpp"
#include "collector/health/step_origin.hpp"
#include "collector/health/table_rows.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hallmonitor::collector {

/// What steps add to the durable ledger besides the tables' own records.
struct LedgerAdditions {
    std::vector<IntervalRecord> intervals;
    std::vector<RollupRecord> rollups;
};

class TableState {
public:
    TableState(TableKey key, std::string agent) : key_(std::move(key)), agent_(std::move(agent)) {}

    /// Moves on by a step. Unseen rows begin; rows that left the table keep what they had. True for
    /// a plain step (step_code.hpp) of the newest live reading: applied again to what record() told
    /// before it, it gives the same.
    bool apply(
        const StepOrigin& origin,
        const Step& step,
        LedgerAdditions& additions,
        Ledger::Counts& counts
    );

    /// A closed interval found in the database.
    void restore(const std::string& component, const Interval& interval);

    /// What must be durable of it; its definition only if that changed since the last call.
    /// `number` is that of the checkpoint it is for.
    [[nodiscard]] TableRecord record(std::uint64_t number);
    /// Errors: malformed, unsupported (a newer version).
    [[nodiscard]] static Result<TableState> from_record(const TableRecord& record);

    /// Hands over what was counted since the last call.
    void take_rollups(std::vector<RollupRecord>& into);

    [[nodiscard]] const TableKey& key() const { return key_; }
    [[nodiscard]] const std::string& agent() const { return agent_; }
    [[nodiscard]] std::chrono::milliseconds interval() const;
    /// Of the checkpoint of its newest record.
    [[nodiscard]] std::uint64_t recorded_at() const { return recorded_at_; }
    /// Newest live reading: by the agent's clock, and by the collector's as well as that is known.
    [[nodiscard]] WallTime read_at() const { return read_at_; }
    [[nodiscard]] WallTime seen_at() const { return seen_at_; }
    [[nodiscard]] std::optional<WallTime> booted_at() const { return booted_at_; }
    [[nodiscard]] const TableRows& rows() const { return rows_; }
    /// The rows for a snapshot.
    [[nodiscard]] std::shared_ptr<const InterfaceTable> share() { return rows_.share(); }
    /// True when steps of this very definition were applied last in a lane.
    [[nodiscard]] bool knows(const TableDefinition* definition) const;
    /// Cells of the one row of a device's or agent's table, as last read live.
    [[nodiscard]] Cell value(Metric metric) const;
    [[nodiscard]] std::map<Metric, std::uint64_t> values() const;
    /// When a device's uptime began anew, and whether its counters did: else only its SNMP agent
    /// restarted (D2).
    struct Restart {
        WallTime at;
        bool is_whole{true};
    };
    /// Of the step applied last, if there was one in it.
    [[nodiscard]] std::optional<Restart> take_restart()
    {
        return std::exchange(restart_, std::nullopt);
    }
    /// Its device has left the agent's configuration: its life ended then. The next live reading
    /// takes it back.
    void end(WallTime at) { ended_at_ = at; }
    [[nodiscard]] const std::optional<WallTime>& ended_at() const { return ended_at_; }
    /// True when nothing is known of it since `limit`.
    [[nodiscard]] bool is_over(WallTime limit) const;
    /// Forgets what ended before `limit`. True when something of what is shown went.
    bool trim(WallTime limit);

private:
    // One lane's newest definition, with what is looked up once for it.
    struct Layout {
        std::shared_ptr<const TableDefinition> definition;
        std::vector<std::uint32_t> places; // of its rows
        Columns columns;
        std::vector<std::uint32_t> wide;              // wide_slots of its rows
        std::vector<std::chrono::milliseconds> holds; // of its rows; empty: as of the table
    };
    // One step as its rows see it.
    struct Passage {
        wire::Lane lane{};
        const Step& step;
        const Layout& layout;
        std::chrono::milliseconds hold{0}; // of the table
        bool is_placed{false};             // its moments can be trusted: evidence and hours count
        bool follows_directly{false};      // step.earlier is the newest live reading
        Continuity continuity{};           // what the device's rows say of it
    };

    Layout& layout_for(
        wire::Lane lane,
        const std::shared_ptr<const TableDefinition>& table,
        LedgerAdditions& additions
    );
    void forget_departed(LedgerAdditions& additions);
    [[nodiscard]] static std::chrono::milliseconds hold_of(const Passage& passage, std::size_t row)
    {
        const auto& holds = passage.layout.holds;
        return holds.empty() ? passage.hold : holds[row] + passage.step.later->reading.covered;
    }
    void note_uptime(wire::Lane lane, const Step& step);
    void
    apply_interface(const Passage& passage, std::size_t row_number, LedgerAdditions&, Ledger::Counts&);
    void count_interface(
        const Passage& passage,
        std::size_t row_number,
        const std::optional<RowReading>& earlier,
        const RowReading& later,
        Ledger::Counts& counts
    );
    void apply_device(const Passage& passage, LedgerAdditions& additions);
    void add_pieces(std::size_t place, wire::Lane lane, const Pieces& pieces, LedgerAdditions&);

    TableKey key_;
    std::string agent_;
    std::uint64_t recorded_at_{0};
    WallTime read_at_;
    WallTime seen_at_;
    TableRows rows_;
    bool is_history_only_{true};       // the definition in force is from no live reading
    bool is_definition_written_{true}; // none is nothing to write
    std::array<Layout, 2> layouts_;    // by lane
    HourSums hours_;                   // not yet in a checkpoint
    std::optional<Stamp> last_uptime_; // newest live stamp that had one
    std::uint64_t wraps_{0};           // of the device's uptime since it booted
    std::optional<WallTime> booted_at_;
    std::optional<Restart> restart_;
    std::optional<WallTime> ended_at_; // by the agent's clock
};

/// The event that tells of it.
[[nodiscard]] Event event_of(const TableState::Restart& restart, const std::string& device);

} // namespace hallmonitor::collector
