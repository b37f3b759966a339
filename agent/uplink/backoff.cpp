#include "agent/uplink/backoff.hpp"

#include <algorithm>

namespace hallmonitor::agent {

std::chrono::milliseconds Backoff::next(bool turned_away)
{
    turned_away_ = turned_away ? turned_away_ + 1 : 0;
    const auto limit = turned_away_ > patient_tries ? most_turned_away : most;
    ceiling_ = std::min(ceiling_, limit);
    std::uniform_int_distribution<std::int64_t> pick{ceiling_.count() / 4, ceiling_.count()};
    const std::chrono::milliseconds wait{pick(random_)};
    ceiling_ = std::min(ceiling_ * 2, limit);
    return wait;
}

} // namespace hallmonitor::agent
