#pragma once
// Amounts by UTC hour: the durable sums. Each step's amount lands in them exactly once, whichever
// lane and order it came in (D4).

#include "collector/store/packed_sums.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <vector>

namespace hallmonitor::collector {

[[nodiscard]] WallTime hour_of(WallTime at);

/// What the rows of one table counted since it was last taken. Holds as many hours as steps touched
/// in between.
class HourSums {
public:
    /// Splits what `row` counted over the hours from `from` to `to` in proportion to time; the
    /// parts sum to the amounts exactly. A step longer than a week belongs to its last hour.
    void add(std::size_t row, const Counters& amounts, WallTime from, WallTime to);

    struct Hour {
        WallTime begin;                // UTC
        std::vector<CounterSums> rows; // as many as needed
    };
    /// Hours in the order in which they were touched.
    [[nodiscard]] std::vector<Hour> take();

private:
    CounterSums& at(WallTime hour, std::size_t row);

    std::vector<Hour> hours_;
};

} // namespace hallmonitor::collector
