#pragma once
// What ports moved from one reading to the next, as the oracle reckons it.

#include "common/wire/batch.hpp"
#include "tests/sim/world/events.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace hallmonitor::world {

using Octets = std::array<std::uint64_t, 2>; // in, out

struct Amount {
    std::string port;
    Octets octets{};
    bool may_hide_a_wrap{false}; // 32 bits may have wrapped once more: nothing is counted
};

/// Of a step within one life of the device, from which to which so much time `passed`.
[[nodiscard]] std::vector<Amount> amounts_of(const Step& step, Instant passed);

} // namespace hallmonitor::world
