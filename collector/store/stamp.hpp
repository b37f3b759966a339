#pragma once
// When a reading was taken, on every clock there is, and what two such moments say of the clocks:
// how much time passed, whether the device started anew, whether a wall clock was set (D10).

#include "common/model/table.hpp"
#include "common/time.hpp"
#include "common/wire/batch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hallmonitor::collector {

struct Stamp {
    std::uint64_t boot{0};
    MonoTime mono;
    WallTime wall;
    std::optional<DeviceTicks> uptime;
    bool operator==(const Stamp&) const = default;
};

[[nodiscard]] Stamp stamp_of(const PlacedReading& reading);

/// True for two stamps of one reading: a row that was not read this time is told again, to the
/// millisecond.
[[nodiscard]] bool is_same_moment(const Stamp& one, const Stamp& other);

/// False for moments so far off that arithmetic on them would overflow: no clock gives them.
[[nodiscard]] bool is_sane(const Stamp& stamp);

/// False before 2020: a machine without a battery clock that has not asked for the time yet.
[[nodiscard]] bool is_datable(WallTime at);

/// An agent's clock that is further ahead of the collector's than this dates nothing.
inline constexpr std::chrono::milliseconds furthest_ahead = std::chrono::hours{1};

/// Time from one reading to the next as the agent measured it: by its monotonic clock within a
/// boot, else by its wall clock (never negative).
[[nodiscard]] std::chrono::microseconds time_between(const Stamp& earlier, const Stamp& later);

/// The earlier moment on the wall clock as it goes at the later one. Differs from `earlier.wall`
/// only when the agent's clock was set in between, by more than two seconds.
[[nodiscard]] WallTime start_of_step(const Stamp& earlier, const Stamp& later);

/// What the device's own clock did between two readings.
enum class Uptime : std::uint8_t {
    unknown,    // one of them has none
    continuous, // it ran on
    wrapped,    // it ran on across 497 days
    restarted,  // it began anew: counters too
};

/// The time from one reading to the next, on both clocks.
struct Elapsed {
    std::chrono::microseconds by_agent{0};
    Uptime uptime{Uptime::unknown};
    std::chrono::milliseconds by_device{0}; // where its uptime is continuous or wrapped
};
[[nodiscard]] Elapsed between(const Stamp& earlier, const Stamp& later);

/// `restarted`: it fell, and not by wrapping; or it rose by far less than the time that passed, and
/// a start within that time explains where it stands.
[[nodiscard]] Uptime uptime_between(const Stamp& earlier, const Stamp& later);

[[nodiscard]] inline bool has_restarted(const Stamp& earlier, const Stamp& later)
{
    return uptime_between(earlier, later) == Uptime::restarted;
}

/// The longer of the two, for bounds on what can be counted: an agent that restarted with a wrong
/// clock measures nothing, but then the device itself says how much time passed.
[[nodiscard]] std::chrono::microseconds longest(const Elapsed& elapsed);

/// Seconds to divide an amount by: the device's own where its clock is continuous and fine enough
/// (10 ms in the step at most 0.1 %), else the agent's. 0 when no time passed.
[[nodiscard]] double seconds(const Elapsed& elapsed);

} // namespace hallmonitor::collector
