#include "collector/store/counting.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::collector {
namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;

// A port cannot count more than its speed allows, but bursts at a reading's edge are allowed for.
constexpr double speed_margin = 1.05;
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

// True where octets stand higher than what the port can have carried since the uptime began anew,
// and none fell: they did not begin anew with it. Speeds below a gigabit may be nonsense.
bool has_gone_on(const RowReading& earlier, const RowReading& later, const Elapsed& elapsed)
{
    if (elapsed.uptime != Uptime::restarted) return false;
    constexpr std::uint64_t least_speed = 1'000'000'000;
    constexpr std::chrono::seconds slack{30}; // from the counters' start to the clock's
    const auto speed = std::max({earlier.speed.value, later.speed.value, least_speed});
    const auto since = hallmonitor::elapsed(DeviceTicks{0}, *later.stamp.uptime) + slack;
    const double most = octets_within(static_cast<double>(speed) / 8 * speed_margin, since);
    bool is_higher = false;
    for (const Metric metric : {Metric::if_in_octets, Metric::if_out_octets}) {
        const std::size_t slot = counter_slot(metric);
        if (!earlier.counters.has(slot) || !later.counters.has(slot)) continue;
        const bool is_wide = (earlier.wide & later.wide & 1U << slot) != 0;
        const std::uint64_t number = later.counters.numbers.at(slot);
        if (!is_wide || number < earlier.counters.numbers.at(slot)) return false;
        is_higher = is_higher || static_cast<double>(number) > most;
    }
    return is_higher;
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

RowStep count(const RowReading& earlier, const RowReading& later, std::chrono::milliseconds hold)
{
    RowStep out{.elapsed = between(earlier.stamp, later.stamp), .amounts = {}};
    out.went_on = has_gone_on(earlier, later, out.elapsed);
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
