#pragma once
// Who and what: names that mean the same on every machine, for ever.

#include <compare>
#include <cstdint>
#include <string>

namespace hallmonitor {

/// One agent of one site. Comes from the agent's certificate alone (D6).
struct AgentId {
    std::string site;
    std::string name;
    auto operator<=>(const AgentId&) const = default;
};

/// A device, by the name it has in an agent's configuration, unique within its site.
struct DeviceId {
    std::string site;
    std::string name;
    auto operator<=>(const DeviceId&) const = default;
};

/// One life of an agent's process: random, chosen at each start. So a copy of a machine never gives
/// a number that the original gives too.
struct Epoch {
    std::uint64_t value{0};
    auto operator<=>(const Epoch&) const = default;
};

/// Number of a batch, rising by 1 for as long as a spool lives, over many epochs; numbers that a
/// damaged spool may have held are passed over. (agent, epoch, seq) names it for ever.
struct Seq {
    std::uint64_t value{0};
    auto operator<=>(const Seq&) const = default;
};

constexpr Seq next(Seq seq)
{
    return {seq.value + 1};
}

} // namespace hallmonitor
