#include "collector/health/timeline.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

using std::chrono::milliseconds;

std::optional<double> ratio(milliseconds part, milliseconds whole)
{
    if (whole.count() <= 0) return std::nullopt;
    return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

} // namespace

std::optional<double> Share::availability() const
{
    return ratio(up, up + down);
}

std::optional<double> Share::coverage() const
{
    return ratio(up + down, up + down + unknown);
}

void Timeline::add(Interval piece)
{
    if (piece.to <= piece.from || piece.state == State::unknown) return;
    // First interval that ends after the piece begins: whatever overlaps it is there or behind.
    auto at = std::find_if(intervals_.rbegin(), intervals_.rend(), [&](const Interval& i) {
                  return i.to <= piece.from;
              }).base();
    std::vector<Interval> gaps;
    WallTime from = piece.from;
    auto end = at;
    for (; end != intervals_.end() && end->from < piece.to; ++end) {
        if (from < end->from) gaps.push_back({from, end->from, piece.state});
        from = std::max(from, end->to);
    }
    if (from < piece.to) gaps.push_back({from, piece.to, piece.state});
    if (gaps.empty()) return;

    // Rebuild the touched stretch, one neighbour wider on each side, merging equals that touch.
    if (at != intervals_.begin()) --at;
    if (end != intervals_.end()) ++end;
    std::vector<Interval> stretch{at, end};
    stretch.insert(stretch.end(), gaps.begin(), gaps.end());
    std::sort(stretch.begin(), stretch.end(), [](const Interval& a, const Interval& b) {
        return a.from < b.from;
    });
    std::vector<Interval> merged;
    for (const Interval& next : stretch) {
        if (!merged.empty() && merged.back().to == next.from && merged.back().state == next.state) {
            merged.back().to = next.to;
        } else {
            merged.push_back(next);
        }
    }
    const auto place = intervals_.erase(at, end);
    intervals_.insert(place, merged.begin(), merged.end());
}

void Timeline::trim(WallTime limit)
{
    std::erase_if(intervals_, [&](const Interval& i) { return i.to <= limit; });
    if (!intervals_.empty()) intervals_.front().from = std::max(intervals_.front().from, limit);
}

std::optional<WallTime> Timeline::begin() const
{
    if (intervals_.empty()) return std::nullopt;
    return intervals_.front().from;
}

Share Timeline::share(WallTime from, WallTime to) const
{
    Share share;
    if (intervals_.empty()) return share;
    from = std::max(from, intervals_.front().from);
    if (to <= from) return share;
    share.unknown = to - from;
    const auto first =
        std::partition_point(intervals_.begin(), intervals_.end(), [&](const Interval& i) {
            return i.to <= from;
        });
    for (auto i = first; i != intervals_.end() && i->from < to; ++i) {
        const milliseconds length = std::min(i->to, to) - std::max(i->from, from);
        share.unknown -= length;
        switch (i->state) {
        case State::up: share.up += length; break;
        case State::down: share.down += length; break;
        case State::outside: share.outside += length; break;
        case State::unknown: break;
        }
    }
    return share;
}

} // namespace hallmonitor::collector
