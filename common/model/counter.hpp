#pragma once
// How much was counted between two readings of one counter: wrap, reset and nonsense told apart
// (D10).

#include "common/units.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hallmonitor {

struct CounterStep {
    std::uint64_t earlier{0};
    std::uint64_t later{0};
    bool wide{false};       // a 64-bit counter in both readings
    bool same_epoch{false}; // the device did not restart or clear its counters in between
    std::uint64_t most{0};  // what the port can count in that time; 0: not known
};

enum class CounterVerdict : std::uint8_t { counted, reset, ambiguous, stepped_back };

struct Counted {
    std::optional<std::uint64_t> amount; // empty unless `verdict` is counted
    CounterVerdict verdict{CounterVerdict::counted};
};

/// Amount counted from earlier to later. `reset`: counting epochs differ. `stepped_back`: a 64-bit
/// counter went down within an epoch. `ambiguous`: a 32-bit counter that may have wrapped more than
/// once (most >= 2^32, or the amount is more than `most`). Source: RFC 2863 section 3.1.6, D10.
[[nodiscard]] Counted advance(const CounterStep& step);

/// A port cannot count more than its speed allows, but bursts at a reading's edge are allowed for.
inline constexpr double speed_margin = 1.05;

/// How long a 32-bit counter of octets may go unread at a speed above 0: after that it may have
/// wrapped more than once.
[[nodiscard]] std::chrono::milliseconds longest_unread(BitsPerSecond speed);

} // namespace hallmonitor
