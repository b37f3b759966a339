#pragma once
// Where a step of a table comes from.

#include "common/model/ids.hpp"
#include "common/time.hpp"
#include "common/wire/messages.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hallmonitor::collector {

struct StepOrigin {
    wire::Lane lane{wire::Lane::live};
    std::string agent;
    std::uint64_t boot{0}; // of the agent when it sealed the batch
    ClockAnchor sealed_at;
    std::optional<WallTime> received; // collector's clock
};

} // namespace hallmonitor::collector
