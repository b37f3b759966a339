#pragma once
// Trouble at random, from a seed: each device in turn is calm for a while and in trouble for a
// while. The same seed gives the same device the same trouble at the same moments, whatever becomes
// of the others.

#include "tests/sim/served.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hallmonitor::sim {

struct ChaosSetup {
    std::uint64_t seed{1};
    std::chrono::seconds calm{60};    // between two troubles, at most
    std::chrono::seconds trouble{30}; // at most
};

/// What can happen to a device.
struct Victim {
    std::uint32_t number{0};
    std::vector<std::string> ports;   // whose links can flap, by ifName
    std::vector<std::string> signals; // that can fail
    bool can_renumber{false};
};

/// Commands of the control protocol.
struct Trouble {
    Instant begins{0};
    std::string begin;
    Instant ends{0};
    std::string end{}; // empty: it ends by itself
};

class Chaos {
public:
    Chaos(ChaosSetup setup, std::vector<Victim> victims);

    [[nodiscard]] std::size_t victims() const { return victims_.size(); }
    /// What happens next to a victim, after a moment at which it is calm.
    Trouble next(std::size_t victim, Instant after);

private:
    std::uint64_t below(std::size_t victim, std::uint64_t limit);

    ChaosSetup setup_;
    std::vector<Victim> victims_;
    std::vector<std::uint64_t> asked_; // of each victim's chance: questions so far
};

} // namespace hallmonitor::sim
