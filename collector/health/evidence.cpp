#include "collector/health/evidence.hpp"

#include <algorithm>

namespace hallmonitor::collector {

Pieces pieces_between(
    const Observation& earlier,
    const Observation& later,
    std::chrono::milliseconds hold,
    std::optional<WallTime> changed_at
)
{
    WallTime change = later.at;
    const bool is_dated = earlier.state != later.state && changed_at && *changed_at >= earlier.at &&
                          *changed_at <= later.at;
    if (is_dated) change = *changed_at;
    return {
        .before = {earlier.at, std::min(change, earlier.at + hold), earlier.state},
        .after = {change, later.at, later.state},
    };
}

std::optional<WallTime> moment_of(DeviceTicks last_change, DeviceTicks uptime, WallTime at)
{
    if (last_change > uptime) return std::nullopt;
    return at - elapsed(last_change, uptime);
}

} // namespace hallmonitor::collector
