#pragma once
// What the spool holds, without its files: segments, sizes, what may go. The loop that polls keeps
// one; the disk thread does what it says.

#include "agent/spool/segment_info.hpp"
#include "common/model/range_set.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <numeric>
#include <optional>
#include <vector>

namespace hallmonitor::agent {

/// Why batches that nobody acknowledged are gone.
enum class Loss : std::uint8_t {
    spool_full, // at its limit, with nothing left to thin
    disk_full,  // below its limit, but the disk has no room
    disk_slow,  // the disk did not take them, and memory for them is bounded
    fenced,     // another machine with this identity is connected
};

/// Batches lost since the start.
class Losses {
public:
    [[nodiscard]] std::uint64_t operator[](Loss why) const
    {
        return batches_.at(static_cast<std::size_t>(why));
    }
    [[nodiscard]] std::uint64_t total() const
    {
        return std::accumulate(batches_.begin(), batches_.end(), std::uint64_t{0});
    }
    void add(Loss why, std::uint64_t batches)
    {
        batches_.at(static_cast<std::size_t>(why)) += batches;
    }

private:
    std::array<std::uint64_t, 4> batches_{};
};

class Journal {
public:
    /// Each may be of an epoch of its own, where an agent restarts again and again: as many as a
    /// hello can name.
    static constexpr std::size_t most_segments = wire::most_older_epochs;

    explicit Journal(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

    /// A batch was appended (or found at start).
    void add(const BatchId& batch, std::uint64_t bytes);
    /// A file of older batches, up to `last`, can be read after all.
    void insert(const BatchId& last, std::uint64_t bytes);
    /// The segment with this batch is being sent, or was in a former life.
    void mark_sent(Seq seq);

    /// Segments, by first batch, that the ledger holds whole; the newest is kept, since a restarted
    /// agent reads its last readings from it. They are forgotten here.
    [[nodiscard]] std::vector<Seq> take_settled(const RangeSet& settled);

    /// A segment, by its first batch, to be told with less detail.
    struct Thinning {
        Seq segment;
        Detail to{Detail::coarse};
        bool operator==(const Thinning&) const = default;
    };
    struct Excess {
        std::vector<Seq> remove;      // segments, by first batch
        std::optional<Thinning> thin; // thinned() says what came of it
    };
    /// While over the limits: the oldest segment that has more detail than others is thinned, one
    /// at a time; where there is none the oldest are to be dropped. The newest stays. What is
    /// dropped is forgotten here, and what of it was not settled is counted.
    [[nodiscard]] Excess take_excess();
    /// The thinning is over. `bytes`: what the segment takes now; empty: it cannot be thinned.
    void thinned(std::optional<std::uint64_t> bytes);
    /// The disk is full although we are not: drops the oldest segment, if there is another.
    [[nodiscard]] std::vector<Seq> take_oldest();

    /// All of them, the newest too. What was not settled is counted as dropped.
    [[nodiscard]] std::vector<Seq> take_all();

    [[nodiscard]] std::vector<SegmentInfo> segments() const;
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::uint64_t newest_bytes() const;
    [[nodiscard]] const Losses& dropped() const { return dropped_; }
    void count_dropped(Loss why, std::uint64_t batches) { dropped_.add(why, batches); }

private:
    Seq drop_oldest(Loss why);
    [[nodiscard]] std::optional<Thinning> thinnable() const;

    std::deque<SegmentInfo> segments_;
    RangeSet settled_;
    std::uint64_t max_bytes_;
    std::uint64_t bytes_{0};
    Losses dropped_;
    std::optional<Thinning> thinning_; // ordered
};

} // namespace hallmonitor::agent
