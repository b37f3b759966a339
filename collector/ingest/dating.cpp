#include "collector/ingest/dating.hpp"

#include "collector/store/stamp.hpp"

namespace hallmonitor::collector {

ClockAnchor placing_of(std::uint64_t boot, ClockAnchor sealed_at, const SharedMoment& known)
{
    if (boot != known.boot) return sealed_at;
    const bool is_ahead = sealed_at.wall > to_wall(known.at, sealed_at.mono) + furthest_ahead;
    return is_ahead || !is_datable(sealed_at.wall) ? known.at : sealed_at;
}

} // namespace hallmonitor::collector
