#pragma once
// What the ledger knows of one table of the fleet: its rows by key, each with its life, its totals
// and its last reading. One step of the table moves all of them on.
//
// Rows are known by key for ever, whatever number they have in a definition: totals and lives
// continue over renumbering, and when a row comes back. Of rows that left the table as many are
// kept as are in it; beyond that the ones that left first by name are forgotten (the database keeps
// their lives).

#include "collector/health/evidence.hpp"
#include "collector/health/ledger.hpp"
#include "collector/health/rollup.hpp"
#include "collector/health/row_cells.hpp"
#include "collector/health/snapshot.hpp"
#include "collector/health/timeline.hpp"
#include "collector/store/counting.hpp"
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

/// One component. All but lives and sums is the live lane's.
struct RowState {
    AdminStatus admin{AdminStatus::up};
    OperStatus oper{OperStatus::unknown};
    State state{State::unknown};
    WallTime state_since;
    WallTime evidence_at;           // of that state, by the agent's clock
    std::optional<RowReading> last; // newest that had counters
    bool has_newest{false};         // `last` is of the newest reading
    std::array<std::uint64_t, interface_counters> total{};
    std::array<bool, interface_counters> has_total{};
    std::array<std::optional<double>, interface_counters> per_second;
    std::array<std::optional<double>, 2> utilization;
    std::array<std::optional<Interval>, 2> open_runs; // by lane; what is closed is in the database
    std::shared_ptr<Timeline> timeline;               // devices and watched interfaces; else null
    bool is_timeline_shared{false};                   // a snapshot holds it: change a copy
    HourSums hours;                                   // not yet in a checkpoint
};

/// What steps add to the durable ledger besides the tables' own records.
struct LedgerAdditions {
    std::vector<IntervalRecord> intervals;
    std::vector<RollupRecord> rollups;
};

/// Where a step comes from.
struct StepOrigin {
    wire::Lane lane{wire::Lane::live};
    std::string agent;
    std::uint64_t boot{0}; // of the agent when it sealed the batch
    ClockAnchor sealed_at;
    std::optional<WallTime> received; // collector's clock
};

class TableState {
public:
    TableState(TableKey key, std::string agent) : key_(std::move(key)), agent_(std::move(agent)) {}

    /// Moves on by a step. Unseen rows begin; rows that left the table keep what they had.
    void apply(
        const StepOrigin& origin,
        const Step& step,
        LedgerAdditions& additions,
        Ledger::Counts& counts
    );

    /// A closed interval found in the database.
    void restore(const std::string& component, const Interval& interval);

    [[nodiscard]] TableRecord record() const;
    /// Errors: malformed, unsupported (a newer version).
    [[nodiscard]] static Result<TableState> from_record(const TableRecord& record);

    /// Hands over what was counted since the last call.
    void take_rollups(std::vector<RollupRecord>& into);

    [[nodiscard]] const TableKey& key() const { return key_; }
    [[nodiscard]] const std::string& agent() const { return agent_; }
    [[nodiscard]] std::chrono::milliseconds interval() const { return interval_; }
    /// Newest live reading: by the agent's clock, and by the collector's as well as that is known.
    [[nodiscard]] WallTime read_at() const { return read_at_; }
    [[nodiscard]] WallTime seen_at() const { return seen_at_; }
    [[nodiscard]] std::optional<WallTime> booted_at() const { return booted_at_; }
    [[nodiscard]] const std::map<std::string, RowState>& rows() const { return rows_; }
    /// Newest definition known; null only before the first step.
    [[nodiscard]] const std::shared_ptr<const TableDefinition>& definition() const
    {
        return definition_;
    }
    /// True when steps of this very definition were applied last in a lane.
    [[nodiscard]] bool knows(const TableDefinition* definition) const;
    /// Cells of the one row of a device's or agent's table, as last read live.
    [[nodiscard]] const std::map<Metric, std::uint64_t>& values() const { return values_; }
    /// When the device restarted, if it turned out to have done so since the last call.
    [[nodiscard]] std::optional<WallTime> take_restart()
    {
        return std::exchange(restart_, std::nullopt);
    }
    /// A snapshot now holds the timelines: from here on copies of them are changed.
    void share_timelines();
    /// True when nothing is known of it since `limit`.
    [[nodiscard]] bool is_over(WallTime limit) const;
    void trim(WallTime limit);

private:
    using RowEntry = std::pair<const std::string, RowState>;

    // One lane's newest definition, with everything that is looked up once for it.
    struct Layout {
        std::shared_ptr<const TableDefinition> definition;
        Columns columns;
        std::vector<RowEntry*> rows;                 // by row number; null: its key was told before
        std::shared_ptr<const PlacedReading> newest; // applied last
    };
    // One step as its rows see it.
    struct Passage {
        wire::Lane lane{};
        const Step& step;
        const Layout& layout;
        std::chrono::milliseconds hold{0};
        bool is_placed{false};        // its moments can be trusted: evidence and hours count
        bool follows_directly{false}; // step.earlier is what this lane applied last
    };

    Layout& layout_for(
        wire::Lane lane,
        const std::shared_ptr<const TableDefinition>& table,
        LedgerAdditions& additions
    );
    void adopt(const std::shared_ptr<const TableDefinition>& table);
    void forget_departed(LedgerAdditions& additions);
    void note_uptime(wire::Lane lane, const Step& step);
    void
    apply_interface(const Passage& passage, std::size_t row_number, LedgerAdditions&, Ledger::Counts&);
    void apply_device(const Passage& passage, LedgerAdditions& additions);
    void add_pieces(RowEntry& entry, wire::Lane lane, const Pieces& pieces, LedgerAdditions&);
    void keep_values(const Step& step);
    [[nodiscard]] const std::vector<std::byte>& definition_bytes() const;

    TableKey key_;
    std::string agent_;
    std::chrono::milliseconds interval_{0};
    WallTime read_at_;
    WallTime seen_at_;
    std::shared_ptr<const TableDefinition> definition_;
    // A definition changes seldom and is written each time: its bytes are kept.
    mutable std::shared_ptr<const TableDefinition> encoded_;
    mutable std::vector<std::byte> definition_bytes_;
    bool is_history_only_{true}; // definition_ is from no live reading
    std::map<std::string, RowState> rows_;
    std::array<Layout, 2> layouts_; // by lane
    std::map<Metric, std::uint64_t> values_;
    std::optional<Stamp> last_uptime_; // newest live stamp that had one
    std::uint64_t wraps_{0};           // of the device's uptime since it booted
    std::optional<WallTime> booted_at_;
    std::optional<WallTime> restart_;
};

} // namespace hallmonitor::collector
