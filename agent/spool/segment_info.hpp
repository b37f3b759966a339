#pragma once
// What the uplink needs to know of a spool segment.

#include "common/model/ids.hpp"

#include <cstdint>

namespace hallmonitor::agent {

/// One segment. `last` < `first`: nothing in it yet.
struct SegmentInfo {
    Seq first;
    Seq last;
    Epoch epoch;
    std::uint64_t bytes{0};
    bool newest{false};
    bool operator==(const SegmentInfo&) const = default;
};

} // namespace hallmonitor::agent
