#pragma once
// Values of single interfaces out of a poll's outcome.

#include "agent/poll/device_poll.hpp"
#include "common/model/table.hpp"

#include <cstddef>

namespace hallmonitor::agent {

/// What the poll read of a row of the device's inventory; empty when there is no reading.
[[nodiscard]] Cell interface_cell(const PollOutcome& outcome, std::size_t row, Metric metric);

} // namespace hallmonitor::agent
