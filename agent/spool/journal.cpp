#include "agent/spool/journal.hpp"

#include <algorithm>

namespace hallmonitor::agent {

void Journal::add(const BatchId& batch, std::uint64_t bytes)
{
    if (segments_.empty() || segments_.back().first != batch.segment) {
        if (!segments_.empty()) segments_.back().newest = false;
        segments_.push_back({
            .first = batch.segment,
            .last = batch.seq,
            .epoch = batch.epoch,
            .bytes = 0,
            .newest = true,
        });
    }
    segments_.back().last = batch.seq;
    segments_.back().bytes += bytes;
    bytes_ += bytes;
}

void Journal::insert(const BatchId& last, std::uint64_t bytes)
{
    const auto behind =
        std::partition_point(segments_.begin(), segments_.end(), [&](const SegmentInfo& segment) {
            return segment.first < last.segment;
        });
    if (behind == segments_.end()) return add(last, bytes);
    const bool is_known = behind->first == last.segment;
    const SegmentInfo fresh{.first = last.segment, .last = last.seq, .epoch = last.epoch};
    SegmentInfo& segment = is_known ? *behind : *segments_.insert(behind, fresh);
    segment.last = std::max(segment.last, last.seq);
    segment.bytes += bytes;
    bytes_ += bytes;
}

std::vector<Seq> Journal::take_settled(const RangeSet& settled)
{
    settled_ = settled;
    std::vector<Seq> taken;
    std::erase_if(segments_, [&](const SegmentInfo& segment) {
        if (segment.newest || !settled.contains(SeqRange{segment.first, segment.last}))
            return false;
        taken.push_back(segment.first);
        bytes_ -= segment.bytes;
        return true;
    });
    return taken;
}

std::vector<Seq> Journal::take_excess()
{
    std::vector<Seq> taken;
    while ((bytes_ > max_bytes_ && segments_.size() > 1) || segments_.size() > most_segments)
        taken.push_back(drop_oldest());
    return taken;
}

std::vector<Seq> Journal::take_oldest()
{
    if (segments_.size() < 2) return {};
    return {drop_oldest()};
}

std::vector<Seq> Journal::take_all()
{
    std::vector<Seq> taken;
    while (!segments_.empty())
        taken.push_back(drop_oldest());
    return taken;
}

Seq Journal::drop_oldest()
{
    const SegmentInfo oldest = segments_.front();
    segments_.pop_front();
    bytes_ -= oldest.bytes;
    for (Seq seq = oldest.first; seq <= oldest.last; seq = next(seq))
        if (!settled_.contains(seq)) ++dropped_;
    return oldest.first;
}

std::vector<SegmentInfo> Journal::segments() const
{
    return {segments_.begin(), segments_.end()};
}

std::uint64_t Journal::newest_bytes() const
{
    return segments_.empty() ? 0 : segments_.back().bytes;
}

} // namespace hallmonitor::agent
