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

int strength(State state)
{
    switch (state) {
    case State::up: return 3;
    case State::down: return 2;
    case State::outside: return 1;
    case State::unknown: return 0;
    }
    return 0;
}

State stronger(State a, State b)
{
    return strength(a) < strength(b) ? b : a;
}

// Adds at the end what does not overlap, merging; an interval without length is nothing.
void append(std::vector<Interval>& to, const Interval& next)
{
    if (next.to <= next.from) return;
    if (!to.empty() && to.back().to == next.from && to.back().state == next.state) {
        to.back().to = next.to;
    } else {
        to.push_back(next);
    }
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

void Timeline::add(const Interval& piece)
{
    if (piece.to <= piece.from || piece.state == State::unknown) return;
    if (intervals_.empty() || intervals_.back().to <= piece.from) {
        append(intervals_, piece);
        return;
    }
    // What touches the piece, and so may merge with it, is laid out anew together with it.
    const auto begin =
        std::partition_point(intervals_.begin(), intervals_.end(), [&](const Interval& i) {
            return i.to < piece.from;
        });
    const auto end = std::partition_point(begin, intervals_.end(), [&](const Interval& i) {
        return i.from <= piece.to;
    });
    std::vector<Interval> stretch;
    WallTime at = piece.from; // the piece is laid out up to here
    for (auto i = begin; i != end; ++i) {
        append(stretch, {i->from, std::min(i->to, piece.from), i->state});
        append(stretch, {at, std::min(i->from, piece.to), piece.state});
        const WallTime overlap = std::max(i->from, piece.from);
        at = std::max(at, std::min(i->to, piece.to));
        append(stretch, {overlap, std::min(i->to, piece.to), stronger(i->state, piece.state)});
        append(stretch, {std::max(i->from, piece.to), i->to, i->state});
    }
    // Only the last one can reach beyond the piece, and then nothing of the piece is left.
    append(stretch, {at, piece.to, piece.state});
    const auto place = intervals_.erase(begin, end);
    intervals_.insert(place, stretch.begin(), stretch.end());
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
