#include "collector/ingest/dating.hpp"

#include "collector/store/stamp.hpp"

#include <algorithm>

namespace hallmonitor::collector {

ClockAnchor HelloMoment::place(std::uint64_t boot, ClockAnchor sealed_at)
{
    if (boot != known_.boot) return sealed_at;
    const WallTime sealed = to_wall(known_.at, sealed_at.mono);
    if (sealed > now_) known_.at.wall = known_.at.wall - (sealed - now_);
    const bool is_ahead = sealed_at.wall > std::min(sealed, now_) + furthest_ahead;
    return is_ahead || !is_datable(sealed_at.wall) ? known_.at : sealed_at;
}

} // namespace hallmonitor::collector
