#pragma once
// Where a step of a table comes from, and whether what it says can be used and dated.

#include "common/model/ids.hpp"
#include "common/time.hpp"
#include "common/wire/batch.hpp"
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

/// False for a reading that does not fit its table, and for moments that no clock gives.
[[nodiscard]] bool is_usable(const Step& step);

/// Whether what a usable step says can be dated: its moments are after 2020 and not more than an
/// hour ahead of the collector.
[[nodiscard]] bool is_placed(const StepOrigin& origin, const Step& step);

} // namespace hallmonitor::collector
