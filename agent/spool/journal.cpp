#include "agent/spool/journal.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

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

void Journal::mark_sent(Seq seq)
{
    const auto behind =
        std::partition_point(segments_.begin(), segments_.end(), [&](const SegmentInfo& segment) {
            return segment.first <= seq;
        });
    if (behind != segments_.begin()) std::prev(behind)->was_sent = true;
}

// The oldest of those with the most detail.
std::optional<Journal::Thinning> Journal::thinnable() const
{
    for (const Detail detail : {Detail::full, Detail::coarse})
        for (const SegmentInfo& segment : segments_)
            if (segment.detail == detail && !segment.was_sent && !segment.newest)
                return Thinning{
                    .segment = segment.first,
                    .to = detail == Detail::full ? Detail::coarse : Detail::states,
                };
    return std::nullopt;
}

Journal::Excess Journal::take_excess()
{
    Excess excess;
    while (segments_.size() > most_segments)
        excess.remove.push_back(drop_oldest(Loss::spool_full));
    if (thinning_) return excess; // how much room it makes is to be seen
    while (bytes_ > max_bytes_ && segments_.size() > 1) {
        thinning_ = thinnable();
        excess.thin = thinning_;
        if (thinning_) break;
        excess.remove.push_back(drop_oldest(Loss::spool_full));
    }
    return excess;
}

void Journal::thinned(std::optional<std::uint64_t> bytes)
{
    INVARIANT(thinning_.has_value());
    const Thinning done = *std::exchange(thinning_, std::nullopt);
    const auto found =
        std::find_if(segments_.begin(), segments_.end(), [&](const SegmentInfo& segment) {
            return segment.first == done.segment;
        });
    if (found == segments_.end()) return; // acknowledged or dropped meanwhile
    found->detail = bytes ? done.to : Detail::states;
    bytes_ += bytes.value_or(found->bytes) - found->bytes;
    found->bytes = bytes.value_or(found->bytes);
}

std::vector<Seq> Journal::take_oldest()
{
    if (segments_.size() < 2) return {};
    return {drop_oldest(Loss::disk_full)};
}

std::vector<Seq> Journal::take_all()
{
    std::vector<Seq> taken;
    while (!segments_.empty())
        taken.push_back(drop_oldest(Loss::fenced));
    return taken;
}

Seq Journal::drop_oldest(Loss why)
{
    const SegmentInfo oldest = segments_.front();
    segments_.pop_front();
    bytes_ -= oldest.bytes;
    for (Seq seq = oldest.first; seq <= oldest.last; seq = next(seq))
        if (!settled_.contains(seq)) dropped_.add(why, 1);
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
