#pragma once
// The tables of one row: a device as a whole (is it alive, who is it), and the agent's own vitals.

#include "common/model/status.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hallmonitor::agent {

/// What is known of a device when its liveness has just been decided.
struct DeviceStatus {
    State state{State::unknown};
    MonoTime since;              // the state began; a `down` is dated back to the first miss
    std::optional<bool> snmp_up; // empty: SNMP is not configured, or not asked yet
    std::optional<bool> ping_up; // empty: ping is not possible
    std::optional<std::chrono::microseconds> ping_rtt;
    std::optional<std::chrono::microseconds> poll_duration;
    std::optional<DeviceTicks> uptime;
    std::optional<bool> interfaces_up; // the interface table was read whole
};

/// Table of a device; `interval` is how often it is told of.
[[nodiscard]] TableDefinition device_table(
    const std::string& device, std::chrono::milliseconds interval, const Attributes& attributes
);
[[nodiscard]] TableReading device_reading(const DeviceStatus& status, MonoTime at);

/// The agent about itself; the collector shows these as its metrics.
struct AgentVitals {
    std::uint64_t spool_bytes{0};
    std::uint64_t spool_segments{0};
    std::uint64_t dropped_spool_full{0}; // batches, as all that were dropped
    std::uint64_t dropped_disk_full{0};
    std::uint64_t dropped_disk_slow{0};
    std::uint64_t dropped_fenced{0};
    std::uint64_t thinned_readings{0};
    std::uint64_t polls{0};
    std::uint64_t poll_overruns{0};
    std::uint64_t replies_rejected{0};
    std::uint64_t timeouts{0};
    std::uint64_t resident_bytes{0};
    std::uint64_t cpu_milliseconds{0};
    std::uint64_t devices{0};
};

[[nodiscard]] TableDefinition agent_table(std::chrono::milliseconds interval, std::string software);
[[nodiscard]] TableReading agent_reading(const AgentVitals& vitals, MonoTime at);

} // namespace hallmonitor::agent
