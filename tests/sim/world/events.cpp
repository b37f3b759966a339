#include "tests/sim/world/events.hpp"

#include "tests/sim/world/disk.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::world {

void Events::at(Instant when, Action action)
{
    heap_.push_back({.when = std::max(when, now_), .order = ++order_, .action = std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
}

void Events::run_until(Instant end, const std::function<bool()>& is_over)
{
    while (!heap_.empty() && heap_.front().when <= end && !is_over()) {
        std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
        const Entry entry = std::move(heap_.back());
        heap_.pop_back();
        now_ = entry.when;
        ++happened_;
        entry.action();
    }
    if (!is_over()) now_ = end;
}

Events::Action Life::guard(Events::Action action) const
{
    return [alive = std::weak_ptr{token_}, on_killed = on_killed_, action = std::move(action)] {
        if (alive.expired()) return;
        try {
            action();
        } catch (const Killed&) {
            on_killed();
        }
    };
}

void Life::at(Instant when, Events::Action action) const
{
    events_.at(when, guard(std::move(action)));
}

} // namespace hallmonitor::world
