#pragma once
// A device that breaks the protocol is polled less often: after 1, 2, 4 ... 60 minutes, until a
// cycle goes well. Its liveness is checked as ever.

#include "common/time.hpp"

#include <algorithm>
#include <chrono>

namespace hallmonitor::agent {

class Quarantine {
public:
    /// A cycle that began at `began` broke the protocol.
    void extend(MonoTime began)
    {
        using namespace std::chrono_literals;
        wait_ = std::clamp<std::chrono::minutes>(wait_ * 2, 1min, 60min);
        until_ = began + wait_;
    }
    /// A cycle went well.
    void end() { *this = {}; }

    /// No cycle is to begin now.
    [[nodiscard]] bool holds(MonoTime now) const { return now < until_; }

private:
    std::chrono::minutes wait_{0};
    MonoTime until_;
};

} // namespace hallmonitor::agent
