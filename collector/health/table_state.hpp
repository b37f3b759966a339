#pragma once
// What the ledger knows of one table of the fleet: its rows by key, each with its life, its totals
// and its last reading. One step of the table moves all of them on.

#include "collector/health/evidence.hpp"
#include "collector/health/ledger.hpp"
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
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace hallmonitor::collector {

/// One component. `state`, `last` and rates are the live lane's.
struct RowState {
    std::map<Attribute, std::string> attributes;
    AdminStatus admin{AdminStatus::up};
    OperStatus oper{OperStatus::unknown};
    State state{State::unknown};
    WallTime state_since;
    BitsPerSecond speed;
    std::optional<RowReading> last;
    std::array<std::uint64_t, interface_counters> total{};
    std::array<bool, interface_counters> has_total{};
    std::array<std::optional<double>, interface_counters> per_second;
    std::array<std::optional<double>, 2> utilization;
    std::array<std::optional<Interval>, 2> open_runs; // by lane; what is closed is in the database
    std::shared_ptr<Timeline> timeline;               // devices and watched interfaces
    bool is_tracked{false};
};

/// What a step adds to the durable ledger besides the table's own record.
struct LedgerAdditions {
    std::vector<IntervalRecord> intervals;
    std::map<std::pair<std::string, WallTime>, std::array<std::uint64_t, interface_counters>>
        rollups;
};

class TableState {
public:
    TableState(TableKey key, std::string agent) : key_(std::move(key)), agent_(std::move(agent)) {}

    /// Moves on by a step of `lane`. Unseen rows begin; rows that left the table keep what they
    /// had.
    void apply(
        wire::Lane lane, const Step& step, LedgerAdditions& additions, Ledger::Counts& counts
    );

    /// A closed interval found in the database.
    void restore(const std::string& component, const Interval& interval);

    [[nodiscard]] TableRecord record() const;
    /// Errors: malformed, unsupported (a newer version).
    [[nodiscard]] static Result<TableState> from_record(const TableRecord& record);

    [[nodiscard]] const TableKey& key() const { return key_; }
    [[nodiscard]] const std::string& agent() const { return agent_; }
    [[nodiscard]] std::chrono::milliseconds interval() const { return interval_; }
    [[nodiscard]] WallTime read_at() const { return read_at_; }
    [[nodiscard]] const std::map<std::string, RowState>& rows() const { return rows_; }
    /// Rows of the newest definition; null before the first and after a restart.
    [[nodiscard]] const std::shared_ptr<const TableDefinition>& definition() const
    {
        return definition_;
    }
    /// Cells of the one row of a device's or agent's table, as last read live.
    [[nodiscard]] const std::map<Metric, std::uint64_t>& values() const { return values_; }
    /// True once when the device turned out to have restarted since the last call.
    [[nodiscard]] std::optional<WallTime> take_restart();
    void trim(WallTime limit);

private:
    void define(const std::shared_ptr<const TableDefinition>& table);
    void apply_interfaces(wire::Lane, const Step&, LedgerAdditions&, Ledger::Counts&);
    void apply_device(wire::Lane, const Step&, LedgerAdditions&);
    void add_pieces(
        const std::string& component,
        RowState& row,
        wire::Lane lane,
        const Pieces& pieces,
        LedgerAdditions& additions
    );
    void count_row(
        const std::string& component,
        RowState& row,
        wire::Lane lane,
        const RowReading& earlier,
        const RowReading& later,
        LedgerAdditions& additions,
        Ledger::Counts& counts
    );
    void show(RowState& row, const Observation& observation);

    TableKey key_;
    std::string agent_;
    std::chrono::milliseconds interval_{0};
    WallTime read_at_;
    std::shared_ptr<const TableDefinition> definition_;
    std::map<std::string, RowState> rows_;
    std::vector<std::pair<const std::string, RowState>*>
        row_places_;                         // by row number of definition_
    std::array<std::size_t, 256> columns_{}; // by metric number; npos: absent
    std::map<Metric, std::uint64_t> values_;
    std::optional<WallTime> restart_;
};

} // namespace hallmonitor::collector
