#include "common/model/range_set.hpp"

#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor {

void RangeSet::add(SeqRange range)
{
    INVARIANT(range.first <= range.last);
    // First range that ends at or right before the new one's start: it and its successors may
    // merge.
    const auto begin = std::find_if(ranges_.begin(), ranges_.end(), [&](const SeqRange& r) {
        return r.last.value + 1 >= range.first.value;
    });
    auto end = begin;
    while (end != ranges_.end() && end->first.value <= range.last.value + 1) {
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
    return std::any_of(ranges_.begin(), ranges_.end(), [&](const SeqRange& r) {
        return r.first <= range.first && range.last <= r.last;
    });
}

} // namespace hallmonitor
