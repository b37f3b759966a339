#pragma once
// One direction of one connection: octets in, octets out when and as the direction's faults let
// them. It keeps few of them and then reads no more: a line, not a store.

#include "tests/proxy/faults.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <vector>

namespace hallmonitor::proxy {

using Instant = std::chrono::microseconds; // since the proxy began
using Octets = std::span<const std::uint8_t>;

/// A direction of all connections: what is wrong with it, and what it has carried.
struct Line {
    FaultSet faults;
    std::uint64_t taken{0};   // octets read from sources
    std::uint64_t carried{0}; // octets written to targets
    std::uint64_t lost{0};    // octets that black holes swallowed
    std::uint64_t flipped{0}; // bits
};

/// How a side of a connection ends.
enum class End : std::uint8_t { none, closed, reset };

class Pipe {
public:
    static constexpr std::size_t capacity = std::size_t{32} << 10; // octets

    /// `line` outlives the pipe.
    Pipe(Line& line, std::uint64_t seed) : line_(line), random_(seed) {}

    /// How many octets may be read from the source now.
    [[nodiscard]] std::size_t room() const;
    /// Takes what the source said, at most room().
    void feed(Octets octets, Instant now);
    /// The source says no more.
    void end(End how, Instant now);
    /// What is held and what comes goes nowhere: nobody is at the other end.
    void lose_all();

    /// What to write to the target now; holds until the next call.
    [[nodiscard]] Octets ready(Instant now);
    /// So many of them were written.
    void written(std::size_t octets, Instant now);

    /// What the target is to see now, once ready() gives nothing: `reset` means both sides. Stays.
    [[nodiscard]] End verdict(Instant now);
    /// When to look again although nothing was fed; empty: no need.
    [[nodiscard]] std::optional<Instant> next_at(Instant now) const;
    /// The source said its last: nothing more will be fed.
    [[nodiscard]] bool is_ended() const { return end_ != End::none || is_end_lost_; }
    /// A black hole swallowed that, and the target will never know.
    [[nodiscard]] bool is_end_lost() const { return is_end_lost_; }

private:
    struct Chunk {
        Instant due;
        std::vector<std::uint8_t> octets;
    };

    [[nodiscard]] bool is_on(FaultKind kind) const { return line_.faults.is_on(kind); }
    [[nodiscard]] std::int64_t below(std::int64_t limit);
    Instant arrival(Instant now);
    void corrupt(std::vector<std::uint8_t>& octets);
    void arm(FaultKind kind, std::optional<std::uint64_t>& left);
    void arm_ends();

    Line& line_;
    std::mt19937_64 random_;
    std::deque<Chunk> chunks_;
    std::size_t held_{0};        // octets in chunks_
    std::size_t front_begin_{0}; // octets of the first chunk that were written
    Instant last_due_{0};
    Instant free_at_{0}; // throttle and gaps: nothing goes out before
    End end_{End::none};
    Instant end_at_{0};
    bool is_end_lost_{false};
    bool leads_nowhere_{false};
    std::uint64_t until_flip_{0}; // octets up to the next wrong bit; 0: not drawn yet
    std::optional<std::uint64_t> until_reset_;
    std::optional<std::uint64_t> until_half_close_;
};

} // namespace hallmonitor::proxy
