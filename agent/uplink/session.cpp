#include "agent/uplink/session.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

using wire::Lane;

constexpr unsigned most_rewinds = 3; // in a row, of which nothing came

const SegmentInfo* segment_at(std::span<const SegmentInfo> segments, Seq first)
{
    const auto found = std::find_if(segments.begin(), segments.end(), [&](const SegmentInfo& s) {
        return s.first == first;
    });
    return found == segments.end() ? nullptr : &*found;
}

bool is_empty(const SegmentInfo& segment)
{
    return segment.last < segment.first;
}

} // namespace

bool UplinkSession::welcomed(const wire::Welcome& welcome, std::span<const SegmentInfo> segments)
{
    for (const SeqRange& range : welcome.applied.ranges())
        settled_.add(range);
    return !segments.empty() && segments.back().bytes > live_backlog_bytes;
}

void UplinkSession::begin_live(Seq first)
{
    live_begin_ = first;
    lane(Lane::live).segment = first;
    lane(Lane::live).next = first;
}

std::optional<UplinkSession::Next> UplinkSession::next(
    std::span<const SegmentInfo> segments, Seq durable
)
{
    for (const Lane which : {Lane::live, Lane::history}) {
        LaneState& state = lane(which);
        if (state.in_flight_bytes >= window_bytes) continue;
        const bool found = which == Lane::live ? find_live(segments) : find_history(segments);
        if (found && state.next <= durable) return Next{.lane = which, .seq = state.next};
    }
    return std::nullopt;
}

// Moves the live lane into the segment that follows once the present one is through.
bool UplinkSession::find_live(std::span<const SegmentInfo> segments)
{
    LaneState& state = lane(Lane::live);
    if (!state.segment) return false;
    const SegmentInfo* current = segment_at(segments, *state.segment);
    if (current != nullptr && state.next <= current->last) return true;
    // Usually the next number; a later one where the spool has dropped what it was at.
    const auto following = std::find_if(segments.begin(), segments.end(), [&](const auto& other) {
        return other.first >= state.next;
    });
    if (following == segments.end() || is_empty(*following)) return false;
    state.segment = following->first;
    state.next = following->first;
    state.rewinds = 0;
    return true;
}

// Moves the history lane to the oldest segment, after the one it has sent, with anything unsettled.
bool UplinkSession::find_history(std::span<const SegmentInfo> segments)
{
    LaneState& state = lane(Lane::history);
    if (state.segment) {
        const SegmentInfo* current = segment_at(segments, *state.segment);
        if (current != nullptr && state.next <= current->last) return true;
    }
    for (const SegmentInfo& segment : segments) {
        if (segment.first >= live_begin_) break;
        const bool was_sent = state.segment && segment.first <= *state.segment;
        if (was_sent || is_empty(segment)) continue;
        if (settled_.contains(SeqRange{segment.first, segment.last})) continue;
        state.segment = segment.first;
        state.next = segment.first;
        return true;
    }
    return false;
}

void UplinkSession::sent(const Next& batch, std::size_t bytes)
{
    LaneState& state = lane(batch.lane);
    state.next = hallmonitor::next(batch.seq);
    state.failed_reads = 0;
    if (settled_.contains(batch.seq)) return; // sent for the decoder's sake; no answer will come
    state.in_flight.push_back({.seq = batch.seq, .bytes = bytes});
    state.in_flight_bytes += bytes;
}

bool UplinkSession::unreadable(const Next& batch)
{
    return ++lane(batch.lane).failed_reads >= most_failed_reads;
}

bool UplinkSession::is_in_newest(const Next& batch, std::span<const SegmentInfo> segments)
{
    return !segments.empty() && segments.back().first <= batch.seq;
}

void UplinkSession::lost(const Next& batch, std::span<const SegmentInfo> segments)
{
    LaneState& state = lane(batch.lane);
    const SegmentInfo* segment = state.segment ? segment_at(segments, *state.segment) : nullptr;
    const Seq last = segment == nullptr ? batch.seq : std::max(batch.seq, segment->last);
    settled_.add(SeqRange{batch.seq, last});
    state.next = hallmonitor::next(last);
    state.failed_reads = 0;
}

void UplinkSession::acknowledged(const wire::Ack& ack)
{
    for (const SeqRange& range : ack.applied.ranges())
        settled_.add(range);
    settle_in_flight(ack.received);
}

void UplinkSession::rejected(const wire::Reject& reject)
{
    settled_.add(reject.seq);
    ++rejected_;
    settle_in_flight();
}

bool UplinkSession::rewind(const wire::Rewind& rewind, Seq newest)
{
    LaneState& state = lane(rewind.lane);
    if (!lane(Lane::live).segment || ++state.rewinds > most_rewinds) return false;
    if (rewind.lane == Lane::history) {
        live_begin_ = newest;
        state.segment.reset();
        state.next = {}; // none that is being read for it now
    } else {
        state.next = *state.segment;
    }
    state.in_flight.clear();
    state.in_flight_bytes = 0;
    return true;
}

void UplinkSession::settle_in_flight(const RangeSet& received)
{
    for (LaneState& state : lanes_) {
        std::erase_if(state.in_flight, [&](const Sent& sent) {
            if (!settled_.contains(sent.seq) && !received.contains(sent.seq)) return false;
            state.in_flight_bytes -= sent.bytes;
            state.rewinds = 0;
            return true;
        });
    }
}

} // namespace hallmonitor::agent
