#pragma once
// Walks a simulated device to its end through the agent's own codec, which checks both.

#include "agent/snmp/message.hpp"
#include "tests/sim/device.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace hallmonitor::sim {

struct WalkManner {
    agent::PduType type{agent::PduType::get_next};
    std::int32_t repetitions{0}; // GETBULK only
};

/// Gives each object that the device has to `visit`, in turn. What was wrong with a reply, or empty
/// when the device said in good order that there is no more.
std::string walk_to_end(
    Device& device,
    const WalkManner& manner,
    const std::function<void(const agent::VarBindView&)>& visit
);

} // namespace hallmonitor::sim
