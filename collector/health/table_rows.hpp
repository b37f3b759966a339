#pragma once
// The rows of one table of the fleet, known by key for ever: totals and lives continue over
// renumbering, and when a row comes back. What a snapshot shows of them lies in one block, in the
// order of the definition in force, which the snapshot and this share until the next change.
//
// Of rows that left the table as many are kept as are in it; beyond that they are forgotten (the
// database keeps their lives).

#include "collector/health/row_cells.hpp"
#include "collector/health/snapshot.hpp"
#include "collector/health/timeline.hpp"
#include "collector/store/counting.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

/// What the ledger knows of a row beside what it shows.
struct RowBooks {
    std::string component;             // its key
    std::array<Interval, 2> open_runs; // by lane, not yet in the database; without length: none
    std::unique_ptr<RowReading> last;  // newest reading that had counters, if the newest had none
    bool is_timeline_shared{false};    // a snapshot holds it: change a copy
};

/// How often a row of the table is read.
[[nodiscard]] std::chrono::milliseconds interval_of(const TableDefinition& table, const Row& row);

class TableRows {
public:
    /// Of the definition in force; null before the first.
    [[nodiscard]] const std::shared_ptr<const TableDefinition>& definition() const
    {
        return block_->definition;
    }
    [[nodiscard]] bool has(const TableDefinition& table) const
    {
        return definition() && *definition() == table;
    }
    /// Newest live reading, laid out as the definition says; null where there is none.
    [[nodiscard]] const std::shared_ptr<const PlacedReading>& reading() const
    {
        return block_->reading;
    }
    /// Rows in the definition: places 0 to this.
    [[nodiscard]] std::size_t present() const { return block_->rows.size(); }
    /// All rows: those that departed have the places behind.
    [[nodiscard]] std::size_t size() const { return books_.size(); }
    [[nodiscard]] RowBooks& books(std::size_t place) { return books_[place]; }
    [[nodiscard]] const RowBooks& books(std::size_t place) const { return books_[place]; }
    [[nodiscard]] const InterfaceView& view(std::size_t place) const
    {
        return place < present() ? block_->rows[place] : departed_[place - present()];
    }

    /// For a snapshot; what it holds never changes.
    [[nodiscard]] std::shared_ptr<const InterfaceTable> share();
    /// Call before any of the following, which change what is shown.
    void begin_change();

    [[nodiscard]] InterfaceView& view(std::size_t place)
    {
        return place < present() ? block_->rows[place] : departed_[place - present()];
    }
    /// The timeline of a watched row, to be added to.
    [[nodiscard]] Timeline& timeline(std::size_t place);
    void set_reading(std::shared_ptr<const PlacedReading> reading)
    {
        block_->reading = std::move(reading);
    }

    /// Where a piece of the row's life begins that goes on at `from`: at the end of the lane's run,
    /// if that is there but for the jitter of clocks. A row that was not read for a while is dated
    /// by each reading anew.
    [[nodiscard]] WallTime continued(std::size_t place, std::size_t lane, WallTime from) const;

    static constexpr auto no_place = static_cast<std::uint32_t>(-1);
    /// Places of the rows of `table`, in its order. Unseen ones begin, as departed ones. Of two
    /// rows with one key the second has no place: they would account for each other. Facts have no
    /// lives and no totals, so no place either: of them the newest reading is all that is kept.
    [[nodiscard]] std::vector<std::uint32_t> places_of(const TableDefinition& table);

    /// Puts `table` in force: its rows are the present ones, in its order. True when places moved;
    /// then last readings that were in reading() are kept by themselves, and reading() is null.
    bool adopt(const std::shared_ptr<const TableDefinition>& table);

    /// The newest reading of a row that had counters; empty when there is none.
    [[nodiscard]] std::optional<RowReading> last(std::size_t place) const;
    /// Keeps that one by itself, since the newest will be replaced by one without counters.
    void keep_last(std::size_t place);

    /// Forgets departed rows but those in use; places behind the present ones move.
    void forget(const std::vector<bool>& is_in_use);

    /// A row as it was written; for a table read back from the database.
    void restore(RowBooks books, InterfaceView view, bool is_present);
    void restore(
        std::shared_ptr<const TableDefinition> table, std::shared_ptr<const PlacedReading> reading
    );

private:
    void add_departed(std::string component);

    std::shared_ptr<InterfaceTable> block_ = std::make_shared<InterfaceTable>();
    bool is_shared_{false};
    std::vector<RowBooks> books_;         // present ones, then departed ones
    std::vector<InterfaceView> departed_; // the views of the latter
};

} // namespace hallmonitor::collector
