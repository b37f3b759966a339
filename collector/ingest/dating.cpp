#include "collector/ingest/dating.hpp"

#include "collector/store/stamp.hpp"

#include <chrono>

namespace hallmonitor::collector {

ClockAnchor HelloMoment::place(std::uint64_t boot, ClockAnchor sealed_at)
{
    if (boot != boot_) return sealed_at;
    // More passed at the agent than here: so long had its hello lain unread, at least.
    const auto unread = (sealed_at.mono - at_.mono) - (now_ - read_);
    if (unread.count() > 0) {
        read_ = read_ - unread;
        at_.wall = at_.wall - std::chrono::ceil<std::chrono::milliseconds>(unread);
    }
    const bool is_ahead = sealed_at.wall > to_wall(at_, sealed_at.mono) + furthest_ahead;
    return is_ahead || !is_datable(sealed_at.wall) ? at_ : sealed_at;
}

} // namespace hallmonitor::collector
