#pragma once
// One object's life as run-length intervals of `up`, `down` and `outside`; what lies between is
// `unknown` (D2). Pieces may arrive in any order (live lane and history), never counted twice.

#include "common/model/status.hpp"
#include "common/time.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace hallmonitor::collector {

/// Half-open: from <= t < to. Never State::unknown.
struct Interval {
    WallTime from;
    WallTime to;
    State state{State::up};
    bool operator==(const Interval&) const = default;
};

/// True for an interval without length, which stands for none.
constexpr bool is_empty(const Interval& interval)
{
    return interval.to <= interval.from;
}

/// Sums over a window; up + down + unknown + outside = its length.
struct Share {
    std::chrono::milliseconds up{0};
    std::chrono::milliseconds down{0};
    std::chrono::milliseconds unknown{0};
    std::chrono::milliseconds outside{0};

    /// up / (up + down), 0..1; empty without evidence.
    [[nodiscard]] std::optional<double> availability() const;
    /// (up + down) / (up + down + unknown), 0..1; empty when all of it lies outside.
    [[nodiscard]] std::optional<double> coverage() const;
    bool operator==(const Share&) const = default;
};

class Timeline {
public:
    /// Adds a piece; merges with touching pieces of the same state. Pieces of different states
    /// overlap only when a clock was set back or two agents tell of one object: up then stands over
    /// down, and down over outside. So neither order nor repetition of pieces changes the result.
    void add(const Interval& piece);

    /// Forgets everything before `limit`.
    void trim(WallTime limit);

    [[nodiscard]] std::span<const Interval> intervals() const { return intervals_; }
    /// First evidence ever kept; the object's life begins here.
    [[nodiscard]] std::optional<WallTime> begin() const;

    /// Sums over [from, to), beginning not before the object's life.
    [[nodiscard]] Share share(WallTime from, WallTime to) const;

    bool operator==(const Timeline&) const = default;

private:
    std::vector<Interval> intervals_;
};

} // namespace hallmonitor::collector
