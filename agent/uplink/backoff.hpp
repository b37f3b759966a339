#pragma once
// How long to wait before the next try: exponential with jitter, so that a thousand agents that
// lost one collector do not come back as one wave. Short enough that the present is current
// seconds after a cut, however long that was; but each try that reaches a collector which will not
// have us (an expired certificate, at every school on one day) costs it a handshake, so those
// become rare.

#include <chrono>
#include <cstdint>
#include <random>

namespace hallmonitor::agent {

class Backoff {
public:
    static constexpr std::chrono::milliseconds first{500};
    static constexpr std::chrono::milliseconds most{5'000};
    /// A broken line, too, can let connections through and no handshake: so not at once.
    static constexpr unsigned patient_tries = 10;
    static constexpr std::chrono::milliseconds most_turned_away{60'000};

    explicit Backoff(std::uint64_t seed) : random_(seed) {}

    /// After a failure: uniformly between a quarter and the whole of 0.5 s, 1 s, 2 s, 4 s, 5 s ...
    /// `turned_away`: the collector was reached and did not welcome us; after `patient_tries` of
    /// these in a row it goes on doubling, up to a minute.
    [[nodiscard]] std::chrono::milliseconds next(bool turned_away);

    /// After a connection that was of use: begin anew.
    void reset() { ceiling_ = first; }

private:
    std::mt19937_64 random_;
    std::chrono::milliseconds ceiling_{first};
    unsigned turned_away_{0}; // in a row
};

} // namespace hallmonitor::agent
