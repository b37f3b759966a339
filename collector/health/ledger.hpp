#pragma once
// The ledger's logic: decoded batches in, intervals, totals and rates out, and every checkpoint the
// set of changed records that make them durable (D4, D8). Knows no database and no clock.
//
// Exactly once: a batch whose (epoch, seq) is in the applied set changes nothing. What a checkpoint
// hands out becomes durable in one transaction with the applied set, so a kill loses only what was
// not acknowledged and will be sent again.

#include "collector/health/snapshot.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hallmonitor::collector {

/// Names one table of the fleet.
struct TableKey {
    std::string site;
    std::string device;
    TableKind kind{};
    auto operator<=>(const TableKey&) const = default;
};

/// One closed interval of one object. Of records with the same object, start and state the longest
/// stands. Component "" is the device itself.
struct IntervalRecord {
    TableKey table;
    std::string component;
    Interval interval;
    bool is_watched{false}; // a restarted ledger wants it back; others are for the record only
    bool operator==(const IntervalRecord&) const = default;
};

/// All that the ledger must remember of one table besides its closed intervals. Opaque here,
/// versioned inside.
struct TableRecord {
    TableKey table;
    std::vector<std::byte> definition; // who its rows are; empty: as in the record before
    std::vector<std::byte> state;      // last readings, totals, open runs of both lanes; and the
                                       // number of its checkpoint: older journal entries are in it
};

/// What the components of one table counted in one hour, to be added to what that hour has already
/// (merge_sums).
struct RollupRecord {
    TableKey table;
    WallTime hour;               // start, UTC
    std::vector<std::byte> sums; // pack_sums
};

/// Steps of tables since their records (journal.hpp); later entries have greater numbers.
struct JournalRecord {
    std::uint64_t number{0};
    std::vector<std::byte> steps;
};

struct AgentRecord {
    AgentId agent;
    Epoch epoch;
    RangeSet applied;
    std::uint64_t turn{0}; // rises each time that the agent comes with another epoch
    RangeSet forwarded{};  // of what is applied, what the receiver of remote write has
};

struct EpochRecord {
    AgentId agent;
    Epoch epoch;
};

struct EventRecord {
    AgentId agent;
    PlacedEvent event;
};

/// What one checkpoint transaction writes: first what is forgotten is deleted, then agents and
/// tables replace by key, rollups merge, intervals, events and the journal append. Journal entries
/// before `journal_needed_from` are deleted.
struct Checkpoint {
    std::vector<EpochRecord> forgotten_epochs;
    std::vector<TableKey> forgotten_tables;
    std::vector<AgentRecord> agents;
    std::vector<IntervalRecord> intervals;
    std::vector<TableRecord> tables;
    std::vector<RollupRecord> rollups;
    std::vector<EventRecord> events;
    std::vector<JournalRecord> journal;
    std::uint64_t journal_needed_from{0};
    [[nodiscard]] bool empty() const
    {
        return forgotten_epochs.empty() && forgotten_tables.empty() && agents.empty() &&
               intervals.empty() && tables.empty() && rollups.empty() && events.empty() &&
               journal.empty();
    }
};

/// Everything a restarted collector reads back; the same records.
using LedgerImage = Checkpoint;

class Ledger {
public:
    explicit Ledger(const LedgerImage& image);
    ~Ledger();
    Ledger(Ledger&&) noexcept;
    Ledger& operator=(Ledger&&) noexcept;

    /// What of the agent's epoch is applied and was part of a checkpoint marked durable.
    [[nodiscard]] RangeSet durable(const AgentId& agent, Epoch epoch) const;
    /// What of it the receiver of remote write has; whether that is durable or not, and what is.
    [[nodiscard]] const RangeSet& forwarded(const AgentId& agent, Epoch epoch) const;
    [[nodiscard]] RangeSet durably_forwarded(const AgentId& agent, Epoch epoch) const;
    /// The receiver has this batch, or will never take it.
    void set_forwarded(const AgentId& agent, Epoch epoch, Seq seq);

    struct Applied {
        bool is_new{false}; // false: already applied; nothing changed
    };
    /// Applies one batch of one lane. Never fails: what makes no sense is counted and left out.
    /// Call heard() first, so that the collector's clock is known: evidence that is more than an
    /// hour ahead of it is left out, and without it every table is written whole each time.
    Applied apply(const AgentId& agent, wire::Lane lane, const DecodedBatch& batch);

    /// True when something changed since the last take_checkpoint().
    [[nodiscard]] bool dirty() const;
    /// The changes since the last call. The caller writes them in one transaction, then calls
    /// committed(); after a failure it writes the same value again before anything else.
    [[nodiscard]] Checkpoint take_checkpoint();
    void committed(const Checkpoint& checkpoint);

    /// Connection facts, for the snapshot.
    void connected(const AgentId& agent, const wire::Hello& hello, std::string peer, WallTime now);
    void disconnected(const AgentId& agent);
    /// A second machine with the agent's identity was refused; addresses of both.
    void fenced(
        const AgentId& agent, const std::string& first, const std::string& second, WallTime now
    );
    void heard(const AgentId& agent, WallTime now);

    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot(WallTime now);

    /// Forgets what ended before `limit` in memory (the database trims its own), and for good the
    /// tables that nobody has told of since.
    void trim(WallTime limit);

    struct Counts {
        std::uint64_t batches{0};
        std::uint64_t duplicates{0};
        std::uint64_t samples{0}; // cells applied
        std::uint64_t counter_resets{0};
        std::uint64_t counter_ambiguous{0}; // not counted: may have wrapped twice
        std::uint64_t implausible{0};       // flagged, not exported as a rate
        std::uint64_t misplaced{0};         // steps that a wrong clock dates: no evidence, no sums
        std::uint64_t refused{0};           // over what one agent may have
        std::uint64_t unreadable{0};        // records of the image that could not be read
    };
    [[nodiscard]] const Counts& counts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::collector
