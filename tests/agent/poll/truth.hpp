#pragma once
// Holds readings against what the simulated device really counted: no value that it never had, no
// counter under another port's name.

#include "tests/agent/poll/school.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace hallmonitor::agent::testing {

/// In what a device lies itself, so that nobody can know better.
struct Leeway {
    std::chrono::seconds stale{0}; // its counters are so old at most
    bool octets{false};            // they are noise
    bool states{false};
    bool speeds{false};
    bool uptime{false};
    bool everything{false}; // its datagrams change on the way
};

/// What is untrue in a cycle's reading, one sentence each. Counters must not have restarted within
/// the cycle.
[[nodiscard]] std::vector<std::string> lies_in(
    const School::Cycle& cycle, const sim::Device& device, const Leeway& leeway
);

} // namespace hallmonitor::agent::testing
