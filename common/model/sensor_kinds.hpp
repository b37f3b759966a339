#pragma once
// What sensors measure: their kinds, the unit of each, and which numbers are no reading of it.

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace hallmonitor {

/// A kind of sensor, the unit in which its values come (empty where there is none), and the least
/// and the greatest that one of them gives.
struct SensorKind {
    std::string_view name;
    std::string_view unit;
    double low{-std::numeric_limits<double>::infinity()};
    double high{std::numeric_limits<double>::infinity()};
};

inline constexpr std::array<SensorKind, 12> sensor_kinds{{
    {.name = "temperature", .unit = "celsius", .low = -273.15, .high = 1000},
    {.name = "fan", .unit = "rpm", .low = 0, .high = 1e6},
    {.name = "power", .unit = "watts", .low = -1e9, .high = 1e9},
    {.name = "voltage", .unit = "volts", .low = -1e6, .high = 1e6},
    {.name = "current", .unit = "amperes", .low = -1e6, .high = 1e6},
    {.name = "frequency", .unit = "hertz", .low = 0},
    {.name = "humidity", .unit = "ratio", .low = 0, .high = 1},
    {.name = "optical_power", .unit = "dbm", .low = -100, .high = 100},
    {.name = "airflow", .unit = "cubic_metres_per_minute", .low = 0},
    {.name = "power_supply", .unit = ""},
    {.name = "battery", .unit = ""},
    {.name = "other", .unit = ""},
}};

/// The unit in which values of this kind of sensor come; empty where there is none.
[[nodiscard]] constexpr std::string_view unit_of_kind(std::string_view kind)
{
    for (const SensorKind& one : sensor_kinds)
        if (one.name == kind) return one.unit;
    return {};
}

/// False for a number, in the kind's unit, that no sensor of this kind gives: a temperature below
/// absolute zero or of stars, air more than wet, a fan that turns backwards, light of 10 MW.
[[nodiscard]] constexpr bool is_plausible(std::string_view kind, double number)
{
    for (const SensorKind& one : sensor_kinds)
        if (one.name == kind) return number >= one.low && number <= one.high;
    return true;
}

/// True for what a device's integer says instead of a reading that it does not have: the ends of 16
/// and 32 bits, signed and not.
[[nodiscard]] constexpr bool is_sentinel(double number)
{
    constexpr std::array<double, 6> sentinels{
        32767, -32768, 65535, 2147483647, -2147483648.0, 4294967295};
    return std::find(sentinels.begin(), sentinels.end(), number) != sentinels.end();
}

} // namespace hallmonitor
