#include "tests/sim/world/faults.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr std::array table{
    FaultInfo{FaultKind::agent_kill, "agent_kill", FaultClass::agent, 2min},
    FaultInfo{FaultKind::agent_power_cut, "agent_power_cut", FaultClass::agent, 10min},
    FaultInfo{
        FaultKind::agent_kill_in_disk_call, "agent_kill_in_disk_call", FaultClass::agent, 1min},
    FaultInfo{FaultKind::collector_kill, "collector_kill", FaultClass::transport, 5min},
    FaultInfo{FaultKind::collector_power_cut, "collector_power_cut", FaultClass::transport, 10min},
    FaultInfo{FaultKind::books_refuse, "books_refuse", FaultClass::transport, 20min},
    FaultInfo{FaultKind::line_cut, "line_cut", FaultClass::transport, 3h},
    FaultInfo{FaultKind::line_reset, "line_reset", FaultClass::transport, 0s},
    FaultInfo{FaultKind::line_deaf_to_agent, "line_deaf_to_agent", FaultClass::transport, 10min},
    FaultInfo{
        FaultKind::line_deaf_to_collector, "line_deaf_to_collector", FaultClass::transport, 10min},
    FaultInfo{FaultKind::line_slow, "line_slow", FaultClass::transport, 20min},
    FaultInfo{FaultKind::disk_full, "disk_full", FaultClass::damage, 30min},
    FaultInfo{FaultKind::disk_sync_fails, "disk_sync_fails", FaultClass::transport, 1min},
    FaultInfo{FaultKind::disk_write_fails, "disk_write_fails", FaultClass::transport, 1min},
    FaultInfo{FaultKind::disk_read_fails, "disk_read_fails", FaultClass::transport, 20s},
    FaultInfo{FaultKind::disk_slow, "disk_slow", FaultClass::transport, 5min},
    FaultInfo{FaultKind::disk_bit_flip, "disk_bit_flip", FaultClass::damage, 0s},
    FaultInfo{FaultKind::clock_forward, "clock_forward", FaultClass::clock, 0s},
    FaultInfo{FaultKind::clock_back, "clock_back", FaultClass::clock, 0s},
    FaultInfo{FaultKind::clock_1970, "clock_1970", FaultClass::clock, 20min},
    FaultInfo{FaultKind::device_reboot, "device_reboot", FaultClass::device, 10min},
    FaultInfo{FaultKind::device_dark, "device_dark", FaultClass::device, 30min},
    FaultInfo{FaultKind::device_stall, "device_stall", FaultClass::device, 10min},
    FaultInfo{FaultKind::device_renumber, "device_renumber", FaultClass::device, 0s},
    FaultInfo{FaultKind::link_flap, "link_flap", FaultClass::device, 20min},
};

bool is_wanted(const FaultInfo& fault, const PlanSetup& setup)
{
    const auto& kinds = setup.kinds;
    const auto& classes = setup.classes;
    if (!kinds.empty()) return std::find(kinds.begin(), kinds.end(), fault.kind) != kinds.end();
    return std::find(classes.begin(), classes.end(), fault.of) != classes.end();
}

// Short ones are frequent, long ones are rare, and none is longer than its kind may be.
Instant some_time(std::mt19937_64& random, Instant longest)
{
    if (longest <= 1s) return longest;
    const auto ratio = static_cast<double>(longest.count()) / 1e6;
    const double share = static_cast<double>(random() >> 11U) / 9007199254740992.0;
    return Instant{static_cast<std::int64_t>(1e6 * std::pow(ratio, share))};
}

} // namespace

std::span<const FaultInfo> fault_kinds()
{
    return table;
}

const FaultInfo& info(FaultKind kind)
{
    return table.at(static_cast<std::size_t>(kind));
}

std::string to_string(const Fault& fault)
{
    return std::to_string(static_cast<double>(fault.at.count()) / 1e6) +
           " s: " + std::string{info(fault.kind).name} + " at school " + std::to_string(fault.who) +
           " for " + std::to_string(static_cast<double>(fault.lasts.count()) / 1e6) +
           " s, chance " + std::to_string(fault.chance);
}

std::vector<Fault> plan(const PlanSetup& setup)
{
    std::vector<FaultInfo> wanted;
    for (const FaultInfo& fault : table)
        if (is_wanted(fault, setup)) wanted.push_back(fault);
    std::vector<Fault> faults;
    if (wanted.empty()) return faults;
    for (std::size_t who = 0; who < setup.schools; ++who) {
        std::mt19937_64 random{sim::mixed(setup.seed, 1'000 + who)};
        for (Instant at = some_time(random, setup.mean_gap * 2); at < setup.length;
             at += some_time(random, setup.mean_gap * 5)) {
            const FaultInfo& kind = wanted[random() % wanted.size()];
            faults.push_back({
                .at = at,
                .kind = kind.kind,
                .who = who,
                .lasts = some_time(random, kind.longest),
                .chance = random(),
            });
        }
    }
    std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
        return a.at < b.at;
    });
    return faults;
}

} // namespace hallmonitor::world
