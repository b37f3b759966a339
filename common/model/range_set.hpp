#pragma once
// A set of batch numbers as closed ranges, kept sorted, disjoint and merged: what of an agent's
// epoch the ledger holds. Two lanes and repeated cuts leave a handful of ranges, never one a batch.

#include "common/model/ids.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace hallmonitor {

/// Batches first..last, both included.
struct SeqRange {
    Seq first;
    Seq last;
    bool operator==(const SeqRange&) const = default;
};

class RangeSet {
public:
    /// Adds one batch or a range; overlapping and touching ranges merge.
    void add(Seq seq) { add(SeqRange{seq, seq}); }
    void add(SeqRange range);

    [[nodiscard]] bool contains(Seq seq) const;
    /// True when every batch of `range` is in the set.
    [[nodiscard]] bool contains(SeqRange range) const;
    [[nodiscard]] std::span<const SeqRange> ranges() const { return ranges_; }
    bool operator==(const RangeSet&) const = default;

    /// What both hold.
    [[nodiscard]] RangeSet common_with(const RangeSet& other) const;

private:
    std::vector<SeqRange> ranges_;
};

} // namespace hallmonitor
