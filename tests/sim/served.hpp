#pragma once
// Time and the oracle's entries: what a reader was told of one quantity.

#include <chrono>
#include <cstdint>

namespace hallmonitor::sim {

/// Microseconds since the fleet began.
using Instant = std::chrono::microseconds;

/// What a reader of one quantity has been told, and what he can know from it.
struct Served {
    std::uint64_t value{0};   // as last served, 64 bits
    std::uint64_t counted{0}; // of a counter: sum of the steps between values of one life
    Instant at{0};            // of the last value
    std::uint32_t times{0};
    std::uint32_t life{0};  // of the device, in which the last value was served
    std::uint64_t first{0}; // as first served
    Instant first_at{0};

    void note(std::uint64_t number, std::uint32_t in_life, Instant now)
    {
        if (times++ == 0) {
            first = number;
            first_at = now;
        } else if (in_life == life && number >= value) {
            counted += number - value;
        }
        value = number;
        life = in_life;
        at = now;
    }
};

/// SplitMix64: one well mixed number for each (seed, question).
std::uint64_t mixed(std::uint64_t seed, std::uint64_t question);

} // namespace hallmonitor::sim
