#pragma once
// Plain steps between a table's records. A record says all of a table; the journal says in a tenth
// of the octets what moved since. Each checkpoint has one entry with its plain steps; a table is
// written whole again after a while, or once it fell silent, and entries that no table needs any
// more are deleted. What a table counted in an hour is written with its record, not before: read
// back, the steps count it again.

#include "collector/health/ledger.hpp"
#include "collector/health/step_origin.hpp"
#include "collector/store/bytes.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

namespace hallmonitor::collector {

class TableState;

class Journal {
public:
    /// Adds a plain step that was applied to `table`, received at a known time. True when the table
    /// should be written whole now.
    bool add(const TableState& table, const StepOrigin& origin, const Step& step);
    /// The checkpoint that is being taken has all of `table`.
    void settle(const TableState& table);

    [[nodiscard]] bool empty() const { return entry_.written().empty(); }
    /// True when steps of `table` are in the journal alone.
    [[nodiscard]] bool needs(const TableState& table) const { return waiting_.contains(&table); }

    /// Number of the checkpoint to be taken next. Later ones are greater.
    [[nodiscard]] std::uint64_t number() const { return number_; }
    /// Nothing read back is from a checkpoint after `number`.
    void continue_after(std::uint64_t number) { number_ = std::max(number_, number + 1); }

    using Find = std::function<TableState*(const TableKey&)>;
    /// Applies again what an entry tells of the tables that `find` knows, but for what is in their
    /// records. Entries come in order. Gives how many steps could not be read.
    std::size_t replay(const JournalRecord& record, const Find& find);

    [[nodiscard]] bool has_due(WallTime now) const;
    /// Entries to look at in time: not many more than tables that wait.
    [[nodiscard]] std::size_t queued() const { return queue_.size(); }
    /// Tables that should be written whole.
    [[nodiscard]] std::vector<const TableState*> take_due(WallTime now);

    /// Ends the entry of this checkpoint, after settle() for each table in it.
    void take(Checkpoint& into);

private:
    // A table of which the journal has steps.
    struct Waiting {
        std::uint64_t first{0}; // entry
        unsigned steps{0};
        WallTime since; // of the first step, by the collector's clock
        WallTime newest;
        std::chrono::milliseconds hold{0};
        WallTime queued_at; // where its entry in the queue stands
    };
    static WallTime due_at(const Waiting& waiting);
    unsigned wait(const TableState& table, std::uint64_t number, WallTime received);

    std::uint64_t number_{1};
    ByteWriter entry_;
    ByteWriter step_; // room used again
    std::unordered_map<const TableState*, Waiting> waiting_;
    std::map<std::uint64_t, std::size_t> first_needed_by_; // how many tables, by first entry
    std::multimap<WallTime, const TableState*> queue_;     // may be early, or settled meanwhile
    // (then it is thrown away when its time comes)
};

} // namespace hallmonitor::collector
