#pragma once
// What the spool holds, without its files: segments, sizes, what may go. The loop that polls keeps
// one; the disk thread does what it says.

#include "agent/spool/segment_info.hpp"
#include "common/model/range_set.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace hallmonitor::agent {

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

    /// Segments, by first batch, that the ledger holds whole; the newest is kept, since a restarted
    /// agent reads its last readings from it. They are forgotten here.
    [[nodiscard]] std::vector<Seq> take_settled(const RangeSet& settled);

    /// While over the limits: the oldest segments, by first batch, to be dropped. The newest
    /// stays. They are forgotten here, and what of them was not settled is counted as dropped.
    [[nodiscard]] std::vector<Seq> take_excess();
    /// The disk is full although we are not: drops the oldest segment, if there is another.
    [[nodiscard]] std::vector<Seq> take_oldest();

    /// All of them, the newest too. What was not settled is counted as dropped.
    [[nodiscard]] std::vector<Seq> take_all();

    [[nodiscard]] std::vector<SegmentInfo> segments() const;
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::uint64_t newest_bytes() const;
    [[nodiscard]] std::uint64_t dropped_batches() const { return dropped_; }
    void count_dropped(std::uint64_t batches) { dropped_ += batches; }

private:
    Seq drop_oldest();

    std::deque<SegmentInfo> segments_;
    RangeSet settled_;
    std::uint64_t max_bytes_;
    std::uint64_t bytes_{0};
    std::uint64_t dropped_{0};
};

} // namespace hallmonitor::agent
