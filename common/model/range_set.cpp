#include "common/model/range_set.hpp"

#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor {

namespace {

// Numbers may go up to the largest there is, so nothing is added to `last` before it is known to be
// smaller than something.
bool touches(const SeqRange& left, Seq first)
{
    return left.last >= first || left.last.value + 1 == first.value;
}

} // namespace

void RangeSet::add(SeqRange range)
{
    INVARIANT(range.first <= range.last);
    const auto begin = std::partition_point(ranges_.begin(), ranges_.end(), [&](const SeqRange& r) {
        return !touches(r, range.first);
    });
    auto end = begin;
    while (end != ranges_.end() && touches(range, end->first)) {
        range.first = std::min(range.first, end->first);
        range.last = std::max(range.last, end->last);
        ++end;
    }
    const auto place = ranges_.erase(begin, end);
    ranges_.insert(place, range);
}

bool RangeSet::contains(Seq seq) const
{
    return contains(SeqRange{seq, seq});
}

bool RangeSet::contains(SeqRange range) const
{
    const auto found = std::partition_point(ranges_.begin(), ranges_.end(), [&](const SeqRange& r) {
        return r.last < range.first;
    });
    return found != ranges_.end() && found->first <= range.first && range.last <= found->last;
}

RangeSet RangeSet::common_with(const RangeSet& other) const
{
    RangeSet both;
    auto left = ranges_.begin();
    auto right = other.ranges_.begin();
    while (left != ranges_.end() && right != other.ranges_.end()) {
        const Seq first = std::max(left->first, right->first);
        const Seq last = std::min(left->last, right->last);
        if (first <= last) both.ranges_.push_back({first, last});
        if (left->last < right->last) {
            ++left;
        } else {
            ++right;
        }
    }
    return both;
}

} // namespace hallmonitor
