#pragma once
// Faults at random moments, one after another and sometimes together; all of it follows from a
// seed.

#include "tests/proxy/pipe.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace hallmonitor::proxy {

/// Which way: up is from who dialled to whom he wants.
enum class Side : std::uint8_t { up, down, both };

class Schedule {
public:
    /// Faults begin a quarter to a whole `period` after one another and last a quarter to one and a
    /// half.
    Schedule(std::uint64_t seed, Instant period, Instant now);

    struct Step {
        const Fault* fault;
        Side side;
        std::optional<std::int64_t> argument; // empty: it is over
    };
    /// What changes up to now, in order.
    [[nodiscard]] std::vector<Step> take_due(Instant now);
    [[nodiscard]] Instant next_at() const;

private:
    struct Ending {
        Instant at;
        Step step;
    };

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    Instant part(std::uint64_t least_percent, std::uint64_t most_percent);
    Step choose();

    std::mt19937_64 random_;
    Instant period_;
    Instant begin_at_;
    std::vector<Ending> endings_;
};

} // namespace hallmonitor::proxy
