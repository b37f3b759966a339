#pragma once
// The spool as the loop that polls sees it: which batches it holds, which are durable, which must
// go. It knows neither disk nor thread: it gives orders for SpoolDisk, and is told what came of
// them.

#include "agent/spool/journal.hpp"
#include "agent/spool/segment_info.hpp"
#include "agent/spool/spool_disk.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"
#include "common/wire/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::agent {

struct SpoolStatus {
    std::uint64_t bytes{0};
    std::uint64_t segments{0};
    Losses dropped;
    std::uint64_t thinned_readings{0}; // left out for want of room
    std::uint64_t failed_writes{0};
    std::string last_problem; // one sentence for people, empty when all is well
};

struct SpoolSizes {
    std::uint64_t max_bytes{256ULL << 20};
    std::uint64_t segment_bytes{4ULL << 20}; // a new one is opened beyond it, if it was worthwhile
};

class SpoolFront {
public:
    /// `epoch`: of this life, new. `found`: what the disk held at its start.
    SpoolFront(Epoch epoch, const SpoolSizes& sizes, const SpoolDisk::Found& found);

    [[nodiscard]] Epoch epoch() const { return epoch_; }
    /// Epochs of batches that former lives have left, oldest first.
    [[nodiscard]] std::vector<wire::OlderEpoch> older_epochs() const;
    [[nodiscard]] Seq next_seq() const { return next_; } // that the next batch must have
    /// Newest batch that survives a power cut.
    [[nodiscard]] Seq durable() const { return durable_; }
    [[nodiscard]] std::vector<SegmentInfo> segments() const { return journal_.segments(); }
    [[nodiscard]] SpoolStatus status() const;

    /// See Spool::segment_is_full.
    [[nodiscard]] bool segment_is_full(bool is_worthwhile) const;

    /// What the disk is to do, in this order.
    struct Relief {
        std::vector<Seq> remove;               // for SpoolDisk::remove
        std::optional<Journal::Thinning> thin; // for SpoolDisk::thin
    };

    /// What is too much already at the start.
    [[nodiscard]] Relief trim();
    /// Files that the disk can read after all (SpoolDisk::reread). A collector must hear of their
    /// epochs first, in another hello.
    [[nodiscard]] Relief take_found(const SpoolDisk::Found& found);
    /// What came of the thinning that was ordered.
    [[nodiscard]] Relief take_thinned(const Result<SpoolDisk::Rewritten>& done);
    /// The batch is being read to be sent.
    void mark_sent(Seq seq) { journal_.mark_sent(seq); }

    struct Orders {
        Relief relief; // first
        bool write{false};
    };
    /// A batch comes; `queued` octets are on their way to the disk before it. Where it is not to be
    /// written there is no room for it, and it is counted as dropped.
    [[nodiscard]] Orders append(const SealedBatch& batch, std::size_t queued);

    /// These are in the collector's ledger.
    [[nodiscard]] Relief acknowledge(const RangeSet& applied)
    {
        return removing(journal_.take_settled(applied));
    }
    /// All of it is to go.
    [[nodiscard]] Relief abandon() { return removing(journal_.take_all()); }

    struct News {
        Relief relief;
        bool is_durable{false}; // durable() has grown
    };
    /// What the disk says of itself after each of its works.
    [[nodiscard]] News take_report(Seq durable, const SpoolDisk::Trouble& trouble);

private:
    Relief removing(std::vector<Seq> firsts);
    bool has_room_for(const SealedBatch& batch, std::size_t queued);

    Epoch epoch_;
    SpoolSizes sizes_;
    Journal journal_;
    Seq next_;
    Seq durable_;
    SpoolDisk::Trouble trouble_;  // as last reported
    unsigned refusals_{0};        // reports in a row of a disk without room
    std::uint64_t removals_{0};   // asked of the disk
    std::uint64_t thinned_{0};    // readings
    std::optional<Seq> given_up_; // segment of the batch that the queue had no room for
};

} // namespace hallmonitor::agent
