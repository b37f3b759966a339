#pragma once
// How long to wait before the next try: exponential with full jitter, so that a thousand agents
// that lost one collector do not come back as one wave.

#include <chrono>
#include <cstdint>
#include <random>

namespace hallmonitor::agent {

class Backoff {
public:
    static constexpr std::chrono::milliseconds first{500};
    static constexpr std::chrono::milliseconds most{60'000};

    explicit Backoff(std::uint64_t seed) : random_(seed) {}

    /// After a failure: uniformly between a quarter and the whole of 0.5 s, 1 s, 2 s ... 60 s.
    [[nodiscard]] std::chrono::milliseconds next();

    /// After a connection that held: begin anew.
    void reset() { ceiling_ = first; }

private:
    std::mt19937_64 random_;
    std::chrono::milliseconds ceiling_{first};
};

} // namespace hallmonitor::agent
