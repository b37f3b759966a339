#include "agent/uplink/backoff.hpp"

#include <algorithm>

namespace hallmonitor::agent {

std::chrono::milliseconds Backoff::next()
{
    std::uniform_int_distribution<std::int64_t> pick{ceiling_.count() / 4, ceiling_.count()};
    const std::chrono::milliseconds wait{pick(random_)};
    ceiling_ = std::min(ceiling_ * 2, most);
    return wait;
}

} // namespace hallmonitor::agent
