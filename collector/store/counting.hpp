#pragma once
// What an interface counted between two readings (D10). Amounts are exact integers; where two
// readings cannot be compared there is no amount, and never a guess.

#include "collector/store/stamp.hpp"
#include "common/model/counter.hpp"
#include "common/model/table.hpp"
#include "common/units.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hallmonitor::collector {

/// The twelve IF-MIB counters of an interface, if_in_octets .. if_out_discards, in Metric's order.
inline constexpr std::size_t interface_counters = 12;

/// Place of one of the twelve in such an array.
constexpr std::size_t counter_slot(Metric metric)
{
    return static_cast<std::size_t>(metric) - static_cast<std::size_t>(Metric::if_in_octets);
}

/// The counter at `slot`, 0..11.
constexpr Metric counter_at(std::size_t slot)
{
    return static_cast<Metric>(slot + static_cast<std::size_t>(Metric::if_in_octets));
}

using CounterCells = std::array<Cell, interface_counters>;
using Amounts = std::array<std::optional<std::uint64_t>, interface_counters>;

/// One row at one reading.
struct RowReading {
    Stamp stamp;
    CounterCells counters;
    std::uint64_t wide{0}; // bit i: counters[i] is 64 bits wide
    Cell discontinuity;    // ifCounterDiscontinuityTime
    BitsPerSecond speed;

    /// True when at least one counter was read.
    [[nodiscard]] bool has_counters() const;
};

struct RowStep {
    Amounts amounts;
    unsigned resets{0};    // counters that began anew
    unsigned ambiguous{0}; // that may have wrapped twice or stepped back
};

/// `hold` is how long a reading stands as evidence. Where no speed bounds what a 32-bit counter of
/// octets or packets can count, it is compared within that time only.
[[nodiscard]] RowStep count(
    const RowReading& earlier, const RowReading& later, std::chrono::milliseconds hold
);

} // namespace hallmonitor::collector
