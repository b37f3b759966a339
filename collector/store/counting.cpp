#include "collector/store/counting.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::collector {
namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;

constexpr double smallest_frame_octets = 64;

// No port is faster, whatever its speed says: a counter that claims more is broken.
constexpr double fastest_octets_per_second = 1.25e12;

double octets_within(double octets_per_second, std::chrono::microseconds time)
{
    return octets_per_second * std::chrono::duration<double>(time).count() + 1;
}

// Greatest plausible amount for slot i; 0 when not known.
std::uint64_t most_for(
    std::size_t slot,
    BitsPerSecond speed,
    std::chrono::microseconds time,
    std::chrono::milliseconds hold
)
{
    // Errors and discards have no bound worth the name: a fall is then a fall, not a wrap.
    if (slot >= counter_slot(Metric::if_in_errors)) return 0;
    if (speed.value == 0) return time <= hold ? 0 : wrap32;
    const double octets = octets_within(static_cast<double>(speed.value) / 8 * speed_margin, time);
    if (slot <= counter_slot(Metric::if_out_octets)) return static_cast<std::uint64_t>(octets);
    return static_cast<std::uint64_t>(octets / smallest_frame_octets) + 1;
}

// ifCounterDiscontinuityTime counts only where both readings have it: many devices never do.
bool is_cleared(const RowReading& earlier, const RowReading& later)
{
    return earlier.discontinuity && later.discontinuity &&
           *earlier.discontinuity != *later.discontinuity;
}

// Nearly every step of every port: traffic in 64 bits, errors in any width, and all went on by what
// a port can carry. False, and `amounts` says nothing, where that is not so.
bool count_plainly(
    const RowReading& earlier, const RowReading& later, std::uint64_t physical, Counters& amounts
)
{
    constexpr std::uint32_t traffic = (1U << counter_slot(Metric::if_in_errors)) - 1;
    const std::uint32_t there = later.counters.there;
    const std::uint32_t narrow = there & ~later.wide;
    if (earlier.counters.there != there || ((earlier.wide ^ later.wide) & there) != 0 ||
        (narrow & traffic) != 0)
        return false;
    // Without a branch, so that it is done two at a time. Where no number has its highest bit, only
    // what fell moved by one that has it.
    std::uint64_t numbers = 0;
    std::uint64_t moves = 0;
    std::uint64_t errors = 0;
    std::array<std::uint64_t, interface_counters> moved{};
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        moved[slot] = later.counters.numbers[slot] - earlier.counters.numbers[slot];
        numbers |= later.counters.numbers[slot] | earlier.counters.numbers[slot];
        moves |= moved[slot];
    }
    for (std::size_t slot = counter_slot(Metric::if_in_errors); slot < interface_counters; ++slot)
        errors |= moved[slot];
    amounts = {.numbers = moved, .there = there};
    const bool fits = narrow == 0 || errors >> 32 == 0;
    return fits && numbers >> 63 == 0 && moves <= physical;
}

} // namespace

Continuity continuity_of(const RowReading& earlier, const RowReading& later)
{
    const Elapsed elapsed = between(earlier.stamp, later.stamp);
    if (elapsed.uptime != Uptime::restarted) return Continuity::unclear;
    constexpr BitsPerSecond least_speed{1'000'000'000}; // what is called slower may be nonsense
    constexpr std::chrono::seconds slack{30};           // from the counters' start to the clock's
    const auto speed = std::max({earlier.speed, later.speed, least_speed});
    const auto since = hallmonitor::elapsed(DeviceTicks{0}, *later.stamp.uptime) + slack;
    const auto passed = longest(elapsed);
    Continuity out = Continuity::unclear;
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        const std::uint32_t bit = 1U << slot;
        if ((earlier.counters.there & later.counters.there & bit) == 0) continue;
        if (((earlier.wide ^ later.wide) & bit) != 0) return Continuity::unclear;
        const std::uint64_t before = earlier.counters.numbers[slot];
        const std::uint64_t number = later.counters.numbers[slot];
        if (number < before) {
            const std::uint64_t by_wrapping = wrap32 - before + number;
            const bool may_wrap =
                (later.wide & bit) == 0 && by_wrapping <= most_for(slot, speed, passed, {});
            if (!may_wrap) return Continuity::began_anew;
        } else if (const std::uint64_t most = most_for(slot, speed, since, {}); most > 0) {
            if (number > most && number > before) out = Continuity::went_on;
        }
    }
    return out;
}

RowStep count(
    const RowReading& earlier,
    const RowReading& later,
    std::chrono::milliseconds hold,
    Continuity of_device
)
{
    RowStep out{.elapsed = between(earlier.stamp, later.stamp), .amounts = {}};
    if (out.elapsed.uptime == Uptime::restarted) {
        const Continuity of_row = continuity_of(earlier, later);
        const bool as_device = of_row == Continuity::unclear && !is_cleared(earlier, later);
        out.went_on = (as_device ? of_device : of_row) == Continuity::went_on;
    }
    const bool same_epoch =
        out.went_on || (out.elapsed.uptime != Uptime::restarted && !is_cleared(earlier, later));
    const auto time = longest(out.elapsed);
    const BitsPerSecond speed = std::max(earlier.speed, later.speed);
    const auto physical =
        static_cast<std::uint64_t>(std::min(octets_within(fastest_octets_per_second, time), 9e18));
    const std::uint32_t both = earlier.counters.there & later.counters.there;
    if (same_epoch && count_plainly(earlier, later, physical, out.amounts)) return out;
    out.amounts = {};
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        if ((both >> slot & 1) == 0) continue;
        const bool was_wide = (earlier.wide >> slot & 1) != 0;
        const bool is_wide = (later.wide >> slot & 1) != 0;
        const Counted counted = advance({
            .earlier = earlier.counters.numbers[slot],
            .later = later.counters.numbers[slot],
            .wide = is_wide,
            .same_epoch = same_epoch && was_wide == is_wide,
            .most = is_wide ? 0 : most_for(slot, speed, time, hold),
        });
        const bool is_possible = !counted.amount || *counted.amount <= physical;
        if (counted.amount && is_possible) out.amounts.set(slot, counted.amount);
        if (counted.verdict == CounterVerdict::reset) ++out.resets;
        if (counted.verdict == CounterVerdict::ambiguous ||
            counted.verdict == CounterVerdict::stepped_back || !is_possible)
            ++out.ambiguous;
    }
    return out;
}

} // namespace hallmonitor::collector
