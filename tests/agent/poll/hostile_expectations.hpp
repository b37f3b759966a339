#pragma once
// What must become of a device with each fault of the simulated fleet's table, written down fault
// by fault.

#include "agent/poll/anomaly.hpp"
#include "tests/agent/poll/truth.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hallmonitor::agent::testing {

enum class Polls : std::uint8_t {
    whole,  // every cycle has a reading
    partly, // now and then one has not
    never
};

struct Expectation {
    std::string_view fault;
    Polls polls{Polls::whole};
    std::vector<Anomaly> findings{}; // all of these and no others are found
    std::vector<Anomaly> chance{};   // but for these, which chance may bring
    std::string_view failure{};      // words of the event "poll_failed"; empty: there is none
    bool is_down{false};             // SNMP being the only sign of life
    bool is_quarantined{false};
    bool is_seen_late{true}; // also when it begins while the device is polled
    bool is_v3{false};       // in a school that is polled over SNMPv3
    Leeway leeway{};
};

[[nodiscard]] std::span<const Expectation> expectations();

} // namespace hallmonitor::agent::testing
