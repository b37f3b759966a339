#include "collector/store/counting.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t wrap_ticks = std::uint64_t{1} << 32;

// Clocks of devices are poor: this much, or 2 %, may their uptime lag behind ours.
constexpr auto uptime_slack = 30s;

// A port cannot count more than its speed allows, but bursts at a reading's edge are allowed for.
constexpr double speed_margin = 1.05;
constexpr double smallest_frame_octets = 64;

// Greatest plausible amount for slot i; 0 when not known.
std::uint64_t most_for(std::size_t slot, BitsPerSecond speed, std::chrono::microseconds time)
{
    if (speed.value == 0) return 0;
    const double seconds = std::chrono::duration<double>(time).count();
    const double octets = static_cast<double>(speed.value) / 8 * seconds * speed_margin;
    if (slot <= counter_slot(Metric::if_out_octets)) return static_cast<std::uint64_t>(octets) + 1;
    // Errors and discards have no bound worth the name: a fall is then a fall, not a wrap.
    if (slot >= counter_slot(Metric::if_in_errors)) return 0;
    return static_cast<std::uint64_t>(octets / smallest_frame_octets) + 1;
}

} // namespace

Stamp stamp_of(const PlacedReading& reading)
{
    return {
        .boot = reading.boot,
        .mono = reading.reading.taken_at,
        .wall = reading.wall,
        .uptime = reading.reading.uptime,
    };
}

std::chrono::microseconds time_between(const Stamp& earlier, const Stamp& later)
{
    const std::chrono::microseconds time =
        earlier.boot == later.boot ? later.mono - earlier.mono
                                   : std::chrono::microseconds{later.wall - earlier.wall};
    return std::max(time, 0us);
}

bool has_restarted(const Stamp& earlier, const Stamp& later)
{
    if (!earlier.uptime || !later.uptime) return false;
    const std::chrono::milliseconds passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(time_between(earlier, later));
    const std::chrono::milliseconds slack =
        std::max<std::chrono::milliseconds>(uptime_slack, passed / 50);
    if (*later.uptime < *earlier.uptime) {
        const std::uint64_t expected = earlier.uptime->centiseconds +
                                       static_cast<std::uint64_t>((passed + slack).count() / 10);
        return expected < wrap_ticks;
    }
    return elapsed(*earlier.uptime, *later.uptime) + slack < passed;
}

RowStep count(const RowReading& earlier, const RowReading& later)
{
    RowStep out;
    const bool same_epoch =
        !has_restarted(earlier.stamp, later.stamp) && earlier.discontinuity == later.discontinuity;
    const auto time = time_between(earlier.stamp, later.stamp);
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        if (!earlier.counters[slot] || !later.counters[slot]) continue;
        const bool was_wide = (earlier.wide >> slot & 1) != 0;
        const bool is_wide = (later.wide >> slot & 1) != 0;
        const Counted counted = advance({
            .earlier = *earlier.counters[slot],
            .later = *later.counters[slot],
            .wide = is_wide,
            .same_epoch = same_epoch && was_wide == is_wide,
            .most = most_for(slot, std::max(earlier.speed, later.speed), time),
        });
        out.amounts[slot] = counted.amount;
        if (counted.verdict == CounterVerdict::reset) ++out.resets;
        if (counted.verdict == CounterVerdict::ambiguous ||
            counted.verdict == CounterVerdict::stepped_back)
            ++out.ambiguous;
    }
    return out;
}

double seconds_between(const Stamp& earlier, const Stamp& later)
{
    constexpr auto finest = 10s; // 10 ms of it are 0.1 %
    if (earlier.uptime && later.uptime && !has_restarted(earlier, later)) {
        const auto device_time = elapsed(*earlier.uptime, *later.uptime);
        if (device_time >= finest) return std::chrono::duration<double>(device_time).count();
    }
    return std::chrono::duration<double>(time_between(earlier, later)).count();
}

} // namespace hallmonitor::collector
