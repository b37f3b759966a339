#pragma once
// What goes wrong in a world, and when: a plan made of the seed, which can be printed and cut down.

#include "tests/sim/world/events.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::world {

enum class FaultKind : std::uint8_t {
    agent_kill,
    agent_power_cut,
    agent_kill_in_disk_call,
    collector_kill,
    collector_power_cut,
    books_refuse,
    line_cut,
    line_reset,
    line_deaf_to_agent,
    line_deaf_to_collector,
    line_slow,
    disk_full,
    disk_sync_fails,
    disk_write_fails,
    disk_read_fails,
    disk_slow,
    disk_bit_flip,
    clock_forward,
    clock_back,
    clock_1970,
    device_reboot,
    device_dark,
    device_stall,
    device_renumber,
    link_flap,
};

/// What a fault touches, which says how worlds with it can be compared.
enum class FaultClass : std::uint8_t {
    device,    // the truth itself: in the twin, too
    transport, // on the way from the spool to the books: nothing may be seen of it in the end
    agent,     // what nobody observed stays unknown
    damage,    // what was durable may be lost
    clock,     // figures are dated otherwise
};

struct FaultInfo {
    FaultKind kind;
    std::string_view name;
    FaultClass of;
    Instant longest; // 0: it is over at once
};
[[nodiscard]] std::span<const FaultInfo> fault_kinds();
[[nodiscard]] const FaultInfo& info(FaultKind kind);

struct Fault {
    Instant at{0};
    FaultKind kind{};
    std::size_t who{0}; // school
    Instant lasts{0};
    std::uint64_t chance{0}; // which device, which port, how much
};
[[nodiscard]] std::string to_string(const Fault& fault);

struct PlanSetup {
    std::uint64_t seed{1};
    std::size_t schools{1};
    Instant length{0};
    Instant mean_gap{0}; // between two faults of one school
    std::vector<FaultClass> classes;
    std::vector<FaultKind> kinds{}; // of these alone; empty: all of the classes
};
/// In the order of time.
[[nodiscard]] std::vector<Fault> plan(const PlanSetup& setup);

} // namespace hallmonitor::world
