#pragma once
// What the uplink needs to know of a spool segment.

#include "common/model/ids.hpp"

#include <cstdint>

namespace hallmonitor::agent {

/// How much of a segment is left, and what may be taken of it when room is wanted (thinning.hpp).
enum class Detail : std::uint8_t {
    full,
    coarse, // a reading of each table every five minutes, and every change of a state
    states, // every change of a state
};

/// One segment. `last` < `first`: nothing in it yet.
struct SegmentInfo {
    Seq first;
    Seq last;
    Epoch epoch;
    std::uint64_t bytes{0};
    bool newest{false};
    Detail detail{Detail::full};
    bool was_sent{false}; // the collector may have a part of it: it stays as it is
    bool operator==(const SegmentInfo&) const = default;
};

} // namespace hallmonitor::agent
