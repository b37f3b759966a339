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

Uptime uptime_between(const Stamp& earlier, const Stamp& later)
{
    if (!earlier.uptime || !later.uptime) return Uptime::unknown;
    const milliseconds passed = passed_between(earlier, later);
    const milliseconds slack = std::max(uptime_slack, passed / 50);
    const milliseconds ran = elapsed(*earlier.uptime, *later.uptime);
    if (*later.uptime < *earlier.uptime) {
        const bool as_expected = ran <= passed + slack && passed <= ran + slack;
        return as_expected ? Uptime::wrapped : Uptime::restarted;
    }
    // A late answer (an agent that stood still) lags too, but such a device is up for longer.
    const bool lags = ran + slack < passed;
    const bool began_within = elapsed(DeviceTicks{0}, *later.uptime) <= passed + slack;
    return lags && began_within ? Uptime::restarted : Uptime::continuous;
}

double seconds_between(const Stamp& earlier, const Stamp& later)
{
    constexpr auto finest = 10s; // 10 ms of it are 0.1 %
    const Uptime uptime = uptime_between(earlier, later);
    if (uptime == Uptime::continuous || uptime == Uptime::wrapped) {
        const auto device_time = elapsed(*earlier.uptime, *later.uptime);
        if (device_time >= finest) return std::chrono::duration<double>(device_time).count();
    }
    return std::chrono::duration<double>(time_between(earlier, later)).count();
}

} // namespace hallmonitor::collector
