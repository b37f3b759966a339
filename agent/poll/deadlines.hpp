#pragma once
// When requests in flight are given up. Few timeouts are configured, and those of one timeout pass
// in the order in which they were set: a queue each does for tens of thousands in the first
// seconds, and has given the room back when there are few.

#include "common/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace hallmonitor::agent {

struct Deadline {
    MonoTime at;
    std::int32_t request_id{0};
    std::uint32_t owner{0};
};

class Deadlines {
    static auto earliest(auto& queues)
    {
        return std::min_element(queues.begin(), queues.end(), [](const auto& a, const auto& b) {
            return a.second.front().at < b.second.front().at;
        });
    }

public:
    /// `now` never steps back.
    void add(MonoTime now, std::chrono::milliseconds timeout, Deadline deadline)
    {
        deadline.at = now + timeout;
        queues_[timeout].push_back(deadline);
    }

    /// The earliest, once it has passed.
    [[nodiscard]] std::optional<Deadline> take(MonoTime now)
    {
        const auto first = earliest(queues_);
        if (first == queues_.end() || first->second.front().at > now) return std::nullopt;
        const Deadline deadline = first->second.front();
        first->second.pop_front();
        if (first->second.empty()) queues_.erase(first);
        return deadline;
    }

    [[nodiscard]] std::optional<MonoTime> next() const
    {
        const auto first = earliest(queues_);
        if (first == queues_.end()) return std::nullopt;
        return first->second.front().at;
    }

private:
    std::map<std::chrono::milliseconds, std::deque<Deadline>> queues_; // none is empty
};

} // namespace hallmonitor::agent
