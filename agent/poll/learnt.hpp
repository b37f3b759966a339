#pragma once
// How each device is best asked, as its replies have taught, and the file that keeps it over
// restarts of the agent: YAML, written by the agent alone.

#include "agent/poll/hot_read.hpp"
#include "agent/poll/walk.hpp"
#include "common/config/loaded.hpp"
#include "common/model/attributes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hallmonitor::agent {

/// What one device has taught.
struct Learnt {
    std::uint64_t identity{0}; // see identity_of(); 0: nothing is learnt yet
    bool no_bulk{false};       // it does not answer GETBULK
    std::size_t objects_at_once{0};
    WalkPace names;
    std::array<WalkPace, HotRead::parts> counters; // by part of the hot read
    WalkPace facts;                                // of the tables that its profile names
    bool operator==(const Learnt&) const = default;
};

/// Of whom something is learnt: another address, way of asking, model or firmware makes another
/// device. `facts`: those of its system group. Never 0.
[[nodiscard]] std::uint64_t identity_of(const DeviceConfig& device, const Attributes& facts);

/// By name of the device.
using LearntDevices = std::map<std::string, Learnt>;

/// What a file says. Errors: damaged, or written by a newer agent.
[[nodiscard]] Loaded<LearntDevices> load_learnt(std::string_view text, const std::string& file);

/// Loads again to the same value.
[[nodiscard]] std::string to_yaml(const LearntDevices& devices);

} // namespace hallmonitor::agent
