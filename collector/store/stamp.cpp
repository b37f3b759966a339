#include "collector/store/stamp.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// Clocks of devices are poor: this much, or 2 %, may their uptime be off ours.
constexpr milliseconds uptime_slack = 30s;

// A wall clock that moved by more than this against the monotonic one was set.
constexpr milliseconds clock_step = 2s;

constexpr WallTime oldest{std::chrono::seconds{1'577'836'800}}; // 2020-01-01
constexpr WallTime newest{std::chrono::hours{24 * 365 * 1000}}; // about the year 2970
constexpr MonoTime longest_boot{std::chrono::hours{24 * 365 * 100}};

milliseconds passed_between(const Stamp& earlier, const Stamp& later)
{
    return std::chrono::duration_cast<milliseconds>(time_between(earlier, later));
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

bool is_same_moment(const Stamp& one, const Stamp& other)
{
    return one.boot == other.boot && std::chrono::abs(one.mono - other.mono) < 1ms;
}

bool is_sane(const Stamp& stamp)
{
    return stamp.wall >= WallTime{} && stamp.wall <= newest && stamp.mono >= MonoTime{} &&
           stamp.mono <= longest_boot;
}

bool is_datable(WallTime at)
{
    return at >= oldest;
}

std::chrono::microseconds time_between(const Stamp& earlier, const Stamp& later)
{
    const std::chrono::microseconds time =
        earlier.boot == later.boot ? later.mono - earlier.mono
                                   : std::chrono::microseconds{later.wall - earlier.wall};
    return std::max(time, 0us);
}

WallTime start_of_step(const Stamp& earlier, const Stamp& later)
{
    if (earlier.boot != later.boot) return earlier.wall;
    const milliseconds passed = passed_between(earlier, later);
    const milliseconds moved = (later.wall - earlier.wall) - passed;
    return std::chrono::abs(moved) <= clock_step ? earlier.wall : later.wall - passed;
}

Elapsed between(const Stamp& earlier, const Stamp& later)
{
    Elapsed out{.by_agent = time_between(earlier, later)};
    if (!earlier.uptime || !later.uptime) return out;
    const auto passed = std::chrono::duration_cast<milliseconds>(out.by_agent);
    const milliseconds slack = std::max(uptime_slack, passed / 50);
    out.by_device = elapsed(*earlier.uptime, *later.uptime);
    if (*later.uptime < *earlier.uptime) {
        const bool as_expected = out.by_device <= passed + slack && passed <= out.by_device + slack;
        out.uptime = as_expected ? Uptime::wrapped : Uptime::restarted;
    } else {
        // A late answer (an agent that stood still) lags too, but such a device is up for longer.
        const bool lags = out.by_device + slack < passed;
        const bool began_within = elapsed(DeviceTicks{0}, *later.uptime) <= passed + slack;
        out.uptime = lags && began_within ? Uptime::restarted : Uptime::continuous;
    }
    if (out.uptime == Uptime::restarted) out.by_device = {};
    return out;
}

Uptime uptime_between(const Stamp& earlier, const Stamp& later)
{
    return between(earlier, later).uptime;
}

std::chrono::microseconds longest(const Elapsed& elapsed)
{
    return std::max<std::chrono::microseconds>(elapsed.by_agent, elapsed.by_device);
}

double seconds(const Elapsed& elapsed)
{
    constexpr auto finest = 10s; // 10 ms of it are 0.1 %
    const bool by_device = elapsed.by_device >= finest;
    return by_device ? std::chrono::duration<double>(elapsed.by_device).count()
                     : std::chrono::duration<double>(elapsed.by_agent).count();
}

} // namespace hallmonitor::collector
