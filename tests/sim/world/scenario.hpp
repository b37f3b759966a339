#pragma once
// Worlds by name and by seed: which faults come together, how their figures compare with a twin's,
// and how a failing plan is cut down to what it takes.

#include "tests/sim/world/world.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::world {

struct Scenario {
    std::string_view name;
    std::vector<FaultClass> classes;
    bool has_twin{false}; // its figures equal those of a world with the faults of devices alone
    std::uint64_t spool_bytes{0}; // 0: more than enough; else readings are left out, and its octets
                                  // are compared with the twin's by port, not by port and hour
};
[[nodiscard]] std::span<const Scenario> scenarios();
/// Null for an unknown name.
[[nodiscard]] const Scenario* find_scenario(std::string_view name);

struct RunSetup {
    std::uint64_t seed{1};
    Instant length{std::chrono::hours{6}};
    std::size_t schools{1};
    std::size_t devices{1};
    Instant mean_gap{std::chrono::minutes{10}};
    Mutations mutations{};
};

/// The world of a seed, its faults planned.
[[nodiscard]] WorldSetup world_of(const Scenario& scenario, const RunSetup& setup);

/// Runs it, and its twin where it has one; what differs is a complaint.
[[nodiscard]] WorldReport run(const Scenario& scenario, const WorldSetup& setup);

/// The same world with as few of its faults as it takes to fail; runs it again and again.
[[nodiscard]] WorldSetup cut_down(const Scenario& scenario, WorldSetup world);

} // namespace hallmonitor::world
