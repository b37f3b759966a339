#pragma once
// Three clocks, three types, never mixed. WallTime travels between machines, MonoTime measures
// inside one boot of one machine, DeviceTicks is what a device says about itself. No function here
// reads a clock: times are arguments, and only code under io/ asks the kernel.

#include <chrono>
#include <compare>
#include <cstdint>

namespace hallmonitor {

/// Milliseconds since 1970-01-01T00:00:00Z, as a machine's wall clock said. May step.
struct WallTime {
    std::chrono::milliseconds since_epoch{0};
    auto operator<=>(const WallTime&) const = default;
};

constexpr WallTime operator+(WallTime t, std::chrono::milliseconds d)
{
    return {t.since_epoch + d};
}
constexpr WallTime operator-(WallTime t, std::chrono::milliseconds d)
{
    return {t.since_epoch - d};
}
constexpr std::chrono::milliseconds operator-(WallTime a, WallTime b)
{
    return a.since_epoch - b.since_epoch;
}

/// Microseconds of CLOCK_BOOTTIME: never steps, counts through suspend, starts anew at a reboot.
struct MonoTime {
    std::chrono::microseconds since_boot{0};
    auto operator<=>(const MonoTime&) const = default;
};

constexpr MonoTime operator+(MonoTime t, std::chrono::microseconds d)
{
    return {t.since_boot + d};
}
constexpr MonoTime operator-(MonoTime t, std::chrono::microseconds d)
{
    return {t.since_boot - d};
}
constexpr std::chrono::microseconds operator-(MonoTime a, MonoTime b)
{
    return a.since_boot - b.since_boot;
}

/// sysUpTime and its kind: hundredths of a second since the device's agent started, RFC 3418.
/// Wraps after 497 days; a wrap is not a restart.
struct DeviceTicks {
    std::uint32_t centiseconds{0};
    auto operator<=>(const DeviceTicks&) const = default;
};

/// Time from `a` to `b` on the device's own clock, modulo its 497-day wrap.
constexpr std::chrono::milliseconds elapsed(DeviceTicks a, DeviceTicks b)
{
    return std::chrono::milliseconds{
        std::int64_t{static_cast<std::uint32_t>(b.centiseconds - a.centiseconds)} * 10};
}

/// One moment on both of an agent's clocks; turns its MonoTime stamps into WallTime.
struct ClockAnchor {
    MonoTime mono;
    WallTime wall;
    bool operator==(const ClockAnchor&) const = default;
};

/// The wall time of `at`, an instant of the same boot as the anchor.
constexpr WallTime to_wall(ClockAnchor anchor, MonoTime at)
{
    return anchor.wall + std::chrono::floor<std::chrono::milliseconds>(at - anchor.mono);
}

} // namespace hallmonitor
