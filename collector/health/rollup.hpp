#pragma once
// Amounts by UTC hour: the durable sums. Each step's amount lands in them exactly once, whichever
// lane and order it came in (D4).

#include "collector/store/counting.hpp"
#include "common/time.hpp"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace hallmonitor::collector {

using HourAmounts = std::array<std::uint64_t, interface_counters>;

struct HourSum {
    WallTime hour; // start, UTC
    HourAmounts amounts{};
};

[[nodiscard]] WallTime hour_of(WallTime at);

/// What was counted since it was last taken. Holds as many hours as steps touched in between.
class HourSums {
public:
    /// Splits the amounts over the hours from `from` to `to` in proportion to time; the parts sum
    /// to the amounts exactly. A step longer than a week belongs to its last hour.
    void add(const Amounts& amounts, WallTime from, WallTime to);

    [[nodiscard]] std::vector<HourSum> take() { return std::exchange(sums_, {}); }

private:
    HourAmounts& at(WallTime wanted);

    std::vector<HourSum> sums_;
};

} // namespace hallmonitor::collector
