#pragma once
// Quantities with their unit in the type. Counters stay 64-bit integers until the last division.

#include <compare>
#include <cstdint>

namespace hallmonitor {

struct Octets {
    std::uint64_t value{0};
    auto operator<=>(const Octets&) const = default;
};

/// Line rate or throughput. 0 means unknown (ifSpeed 0, a tunnel, a port that is down).
struct BitsPerSecond {
    std::uint64_t value{0};
    auto operator<=>(const BitsPerSecond&) const = default;
};

} // namespace hallmonitor
