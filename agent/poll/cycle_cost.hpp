#pragma once
// What one cycle of a device costs, and when that is more than it may.

#include "agent/poll/anomaly.hpp"
#include "common/time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace hallmonitor::agent {

class CycleCost {
public:
    /// A cycle begins that may take `most`.
    void begin(MonoTime now, std::chrono::milliseconds most);
    void add_request() { ++requests_; }
    void add_reply(std::size_t bytes) { bytes_ += bytes; }

    [[nodiscard]] std::chrono::microseconds duration(MonoTime now) const { return now - began_; }
    /// Any of the two below.
    [[nodiscard]] bool is_too_much(MonoTime now) const { return is_excessive() || is_late(now); }
    /// More requests or octets than a device is worth; `place` is the OID that it has come to.
    [[nodiscard]] std::optional<Finding> excess(const std::string& place) const;
    /// Why the cycle has lasted too long; empty when it has not.
    [[nodiscard]] std::string overrun(MonoTime now, const std::string& place) const;

private:
    [[nodiscard]] bool is_excessive() const;
    [[nodiscard]] bool is_late(MonoTime now) const { return duration(now) > most_; }

    MonoTime began_;
    std::chrono::milliseconds most_{0};
    std::size_t requests_{0};
    std::size_t bytes_{0}; // in replies
};

} // namespace hallmonitor::agent
