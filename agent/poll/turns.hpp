#pragma once
// Who may read names and what they name now. While it does, a device takes some 100 KiB of memory,
// of which little is left afterwards: after a power cut, or at the agent's start, all would take
// them at once.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace hallmonitor::agent {

class Turns {
public:
    static constexpr std::size_t most = 40;

    /// True when `number` has a turn or gets one now; else it waits until next() gives it.
    bool take(std::uint32_t number)
    {
        if (contains(taken_, number)) return true;
        if (contains(waiting_, number)) return false;
        if (taken_.size() == most) {
            waiting_.push_back(number);
            return false;
        }
        taken_.push_back(number);
        return true;
    }

    /// It has done, or waits no more.
    void end(std::uint32_t number)
    {
        std::erase(taken_, number);
        std::erase(waiting_, number);
    }

    /// Gives a turn to whoever waited longest; empty when nobody waits, or no turn is free.
    std::optional<std::uint32_t> next()
    {
        if (taken_.size() == most || waiting_.empty()) return std::nullopt;
        taken_.push_back(waiting_.front());
        waiting_.pop_front();
        return taken_.back();
    }

    [[nodiscard]] std::size_t taken() const { return taken_.size(); }

private:
    static bool contains(const auto& numbers, std::uint32_t number)
    {
        return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
    }

    std::vector<std::uint32_t> taken_;
    std::deque<std::uint32_t> waiting_;
};

} // namespace hallmonitor::agent
