#pragma once
// What every bench prints: one line of JSON a figure, so that tests/bench/run.sh can make a table
// and a drawing of them, and docs/performance.md can be compared with a later run.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::bench {

/// One figure with what it is held against.
struct Figure {
    std::string bench;   // "poll": the group of rows in the table
    std::string name;    // "CPU-seconds per million varbinds"
    std::string subject; // "hallmonitor: decode to samples"
    double value{0};     // in `unit`
    std::string unit;    // "s/M"
    double minimum{0};   // over the runs; equal to value for a single run
    double maximum{0};
    bool more_is_better{false};
    std::string peer{};                 // what was measured in the same run; empty: none
    std::optional<double> peer_value{}; // in `unit`
    std::optional<double> target{};     // the design's promise, in `unit`
};

/// One line on stdout. `ratio` in it is value / peer_value.
void print(const Figure& figure);

/// Median, minimum and maximum of several runs. `values` is not empty.
struct Spread {
    double median{0};
    double minimum{0};
    double maximum{0};
};
[[nodiscard]] Spread spread_of(std::vector<double> values);

/// CPU seconds (user and system) of this process so far; of the calling thread with `thread`.
[[nodiscard]] double cpu_seconds();
[[nodiscard]] double thread_cpu_seconds();

/// Resident bytes of this process now (VmRSS).
[[nodiscard]] std::size_t resident_bytes();

} // namespace hallmonitor::bench
