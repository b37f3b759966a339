#pragma once
// What the proxy knows of all its connections: both lines with their faults, counts, and the
// schedule if one is on.

#include "tests/proxy/pipe.hpp"
#include "tests/proxy/schedule.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hallmonitor::proxy {

/// What happens to a connection that came.
enum class Welcome : std::uint8_t { dial, silence, refuse };

class Proxy {
public:
    explicit Proxy(std::uint64_t seed) : seed_(seed) {}

    struct Counts {
        std::uint64_t accepted{0};
        std::uint64_t silent{0};  // of these: kept open, leading nowhere
        std::uint64_t refused{0}; // of these: reset at once
        std::uint64_t open{0};
        std::uint64_t reset{0};       // ended by a reset, ours or a peer's
        std::uint64_t half_closed{0}; // directions that a fault closed
    };

    [[nodiscard]] Line& up() { return up_; }
    [[nodiscard]] Line& down() { return down_; }
    [[nodiscard]] const Line& up() const { return up_; }
    [[nodiscard]] const Line& down() const { return down_; }
    [[nodiscard]] Counts& counts() { return counts_; }
    [[nodiscard]] const Counts& counts() const { return counts_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }

    /// Without an argument the fault goes off.
    void set_fault(const Fault& fault, Side side, std::optional<std::int64_t> argument);
    /// Ends the schedule and every fault.
    void clear();

    void begin_schedule(std::uint64_t seed, Instant period, Instant now);
    /// Carries out what the schedule has for now, and gives it.
    std::vector<Schedule::Step> follow_schedule(Instant now);
    [[nodiscard]] std::optional<Instant> next_at() const;

    /// False: new connections are left waiting.
    [[nodiscard]] bool accepts() const { return !is_on(FaultKind::freeze); }
    /// A connection came: counts it and says what becomes of it.
    [[nodiscard]] Welcome welcome();
    /// Seed of a pipe, another at each call.
    [[nodiscard]] std::uint64_t next_seed() { return seed_ * 1'000'003 + ++pipes_; }

private:
    [[nodiscard]] bool is_on(FaultKind kind) const
    {
        return up_.faults.is_on(kind) || down_.faults.is_on(kind);
    }

    std::uint64_t seed_;
    std::uint64_t pipes_{0};
    Line up_;
    Line down_;
    Counts counts_;
    std::optional<Schedule> schedule_;
};

} // namespace hallmonitor::proxy
