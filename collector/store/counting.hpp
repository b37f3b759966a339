#pragma once
// What an interface counted between two readings, and at what rate (D10). Amounts are exact
// integers; where two readings cannot be compared there is no amount, and never a guess.

#include "common/model/counter.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"
#include "common/units.hpp"
#include "common/wire/batch.hpp"

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

using CounterCells = std::array<Cell, interface_counters>;
using Amounts = std::array<std::optional<std::uint64_t>, interface_counters>;

/// When a reading was taken, on every clock there is.
struct Stamp {
    std::uint64_t boot{0};
    MonoTime mono;
    WallTime wall;
    std::optional<DeviceTicks> uptime;
    bool operator==(const Stamp&) const = default;
};

[[nodiscard]] Stamp stamp_of(const PlacedReading& reading);

/// Time from one reading to the next as the agent measured it: by its monotonic clock within a
/// boot, else by its wall clock (never negative).
[[nodiscard]] std::chrono::microseconds time_between(const Stamp& earlier, const Stamp& later);

/// True when the device started anew between the two: its uptime fell and not because it wraps
/// after 497 days, or it rose by far less than the time that passed.
[[nodiscard]] bool has_restarted(const Stamp& earlier, const Stamp& later);

/// One row at one reading.
struct RowReading {
    Stamp stamp;
    CounterCells counters;
    std::uint64_t wide{0}; // bit i: counters[i] is 64 bits wide
    Cell discontinuity;    // ifCounterDiscontinuityTime
    BitsPerSecond speed;
};

struct RowStep {
    Amounts amounts;
    unsigned resets{0};    // counters that began anew
    unsigned ambiguous{0}; // that may have wrapped twice or stepped back
};

[[nodiscard]] RowStep count(const RowReading& earlier, const RowReading& later);

/// Seconds to divide an amount by: the device's own where its clock is continuous and fine enough
/// (10 ms in the step at most 0.1 %), else the agent's. 0 when no time passed.
[[nodiscard]] double seconds_between(const Stamp& earlier, const Stamp& later);

} // namespace hallmonitor::collector
