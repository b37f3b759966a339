#pragma once
// What to send to the collector next, and what its answers mean (D4): without socket, disk or
// clock.
//
// Live is the newest segment at the time of connecting and every one after it; history is every
// older segment with anything unacknowledged, oldest first. Each segment goes from its first batch,
// since later ones are deltas; what the collector has already it decodes and does not apply again.
// Live goes first, each lane within a window of unacknowledged bytes.

#include "agent/spool/segment_info.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"
#include "common/wire/messages.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

namespace hallmonitor::agent {

class UplinkSession {
public:
    /// A disk that fails for a moment loses nothing, one that fails for good blocks nobody for
    /// long.
    static constexpr unsigned most_failed_reads = 30;
    static constexpr std::size_t window_bytes = std::size_t{4} << 20;
    /// A newest segment larger than this is left to history at connecting, so that the present is
    /// current at once.
    static constexpr std::uint64_t live_backlog_bytes = 256 * 1024;

    /// The collector's welcome. True when the caller should start a new segment before
    /// begin_live().
    [[nodiscard]] bool welcomed(
        const wire::Welcome& welcome, std::span<const SegmentInfo> segments
    );

    /// Live begins with the batch `first`, which opens (or will open) the newest segment.
    void begin_live(Seq first);

    struct Next {
        wire::Lane lane{wire::Lane::live};
        Seq seq;
    };
    /// The batch to send now; empty when there is nothing durable to send or the windows are full.
    [[nodiscard]] std::optional<Next> next(std::span<const SegmentInfo> segments, Seq durable);

    /// True while `batch` is still what its lane sends next.
    [[nodiscard]] bool expects(const Next& batch) const
    {
        return lanes_.at(batch.lane == wire::Lane::live ? 0 : 1).next == batch.seq;
    }

    /// It was sent, `bytes` long.
    void sent(const Next& batch, std::size_t bytes);

    /// It could not be read just now. True: so often in a row that it counts as lost.
    [[nodiscard]] bool unreadable(const Next& batch);

    /// True where what is recorded now would join the batch's segment.
    [[nodiscard]] static bool is_in_newest(
        const Next& batch, std::span<const SegmentInfo> segments
    );

    /// The spool has lost it: the rest of its segment cannot be decoded and is given up.
    void lost(const Next& batch, std::span<const SegmentInfo> segments);

    void acknowledged(const wire::Ack& ack);
    /// Never to be applied: counts as dealt with.
    void rejected(const wire::Reject& reject);
    /// The collector wants the live lane from its segment's start, or as history all that is not
    /// settled before the batch `newest`, which will open the newest segment. False: it asked too
    /// often while nothing was answered; reconnect.
    [[nodiscard]] bool rewind(const wire::Rewind& rewind, Seq newest);

    /// Batches that the spool may forget: acknowledged, rejected or given up.
    [[nodiscard]] const RangeSet& settled() const { return settled_; }
    [[nodiscard]] std::uint64_t rejected_batches() const { return rejected_; }

private:
    struct Sent {
        Seq seq;
        std::size_t bytes;
    };
    struct LaneState {
        std::optional<Seq> segment; // first batch of the segment being sent; empty: none yet
        Seq next;
        std::deque<Sent> in_flight;
        std::size_t in_flight_bytes{0};
        unsigned rewinds{0};
        unsigned failed_reads{0}; // of `next`
    };

    LaneState& lane(wire::Lane which) { return lanes_[which == wire::Lane::live ? 0 : 1]; }
    bool find_live(std::span<const SegmentInfo> segments);
    bool find_history(std::span<const SegmentInfo> segments);
    void settle_in_flight(const RangeSet& received = {});

    std::array<LaneState, 2> lanes_;
    Seq live_begin_;
    RangeSet settled_;
    std::uint64_t rejected_{0};
};

} // namespace hallmonitor::agent
