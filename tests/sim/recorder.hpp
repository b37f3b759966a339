#pragma once
// Writes down what a device says, as a recording that recording.hpp reads.

#include "tests/sim/device.hpp"

#include <string>

namespace hallmonitor::sim {

/// All objects that the device shows at a moment, in order, a line each: text as it is where all of
/// it can be printed, other octets in hexadecimal.
std::string recording_of(const Device& device, Instant now);

} // namespace hallmonitor::sim
