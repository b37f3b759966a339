#include "tests/sim/world/scenario.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

const std::vector<Scenario>& all_scenarios()
{
    using enum FaultClass;
    static const std::vector<Scenario> all{
        {.name = "calm", .classes = {device}, .has_twin = false},
        {.name = "transport", .classes = {device, transport}, .has_twin = true},
        {.name = "overflow",
         .classes = {device, transport},
         .has_twin = true,
         .spool_bytes = 96U << 10},
        {.name = "cramped",
         .classes = {device, transport, agent, damage, clock},
         .spool_bytes = 96U << 10},
        {.name = "kills", .classes = {device, transport, agent}},
        {.name = "damage", .classes = {device, transport, agent, damage}},
        {.name = "clocks", .classes = {device, transport, agent, clock}},
        {.name = "all", .classes = {device, transport, agent, damage, clock}},
    };
    return all;
}

// Octets of all hours of a port together: a longer step is spread over its hours.
void sum_hours(Figures& figures)
{
    std::map<std::string, std::array<std::uint64_t, 2>> ports;
    for (const auto& [name, octets] : figures.hours) {
        auto& sum = ports[name.substr(0, name.rfind(" at "))];
        sum[0] += octets[0];
        sum[1] += octets[1];
    }
    figures.hours = std::move(ports);
}

std::string difference(const Figures& figures, const Figures& twin)
{
    for (const auto& [name, life] : twin.lives) {
        const auto found = figures.lives.find(name);
        if (found == figures.lives.end() || found->second != life)
            return "the life of " + name + " is another one than the twin's";
    }
    for (const auto& [name, octets] : twin.hours) {
        const auto found = figures.hours.find(name);
        if (found == figures.hours.end() || found->second != octets)
            return "octets of " + name + " are others than the twin's";
    }
    return figures == twin ? "" : "there is more than in the twin's books";
}

} // namespace

std::span<const Scenario> scenarios()
{
    return all_scenarios();
}

const Scenario* find_scenario(std::string_view name)
{
    for (const Scenario& scenario : all_scenarios())
        if (scenario.name == name) return &scenario;
    return nullptr;
}

WorldSetup world_of(const Scenario& scenario, const RunSetup& setup)
{
    WorldSetup world{
        .seed = setup.seed,
        .schools = setup.schools,
        .devices = setup.devices,
        .length = setup.length,
        .mutations = setup.mutations,
    };
    // A third of the worlds each.
    world.counters_wrap = sim::mixed(setup.seed, 8) % 3 == 0;
    world.uptimes_wrap = sim::mixed(setup.seed, 9) % 3 == 0;
    // What wraps in 32 s at a gigabit a second is read often enough.
    if (world.counters_wrap) world.habits.poll_interval = 20s;
    if (scenario.spool_bytes > 0) {
        world.spool_bytes = scenario.spool_bytes;
        world.segment_bytes = scenario.spool_bytes / 8;
    }
    world.faults = plan({
        .seed = setup.seed,
        .schools = setup.schools,
        .length = setup.length,
        .mean_gap = setup.mean_gap,
        .classes = scenario.classes,
    });
    return world;
}

WorldReport run(const Scenario& scenario, const WorldSetup& setup)
{
    World world{setup};
    WorldReport report = world.run();
    // What a spool much too small has dropped in the end is in no books.
    const bool is_comparable = scenario.has_twin && report.counts.lost == 0;
    if (!is_comparable || !report.complaints.empty()) return report;
    WorldSetup calm = setup;
    std::erase_if(calm.faults, [](const Fault& fault) {
        return info(fault.kind).of != FaultClass::device;
    });
    calm.mutations = {};
    calm.spool_bytes = WorldSetup{}.spool_bytes;
    calm.rest_until = report.rested;
    World twin{calm};
    for (const std::string& complaint : twin.run().complaints)
        report.complaints.push_back("twin: " + complaint);
    Figures figures = world.figures();
    Figures expected = twin.figures();
    if (scenario.spool_bytes > 0) {
        sum_hours(figures);
        sum_hours(expected);
    }
    if (const std::string what = difference(figures, expected); !what.empty())
        report.complaints.push_back(what);
    return report;
}

// Leaves out halves, quarters ... as long as what is left still fails.
WorldSetup cut_down(const Scenario& scenario, WorldSetup world)
{
    for (std::size_t piece = std::max<std::size_t>(world.faults.size() / 2, 1); piece > 0;
         piece /= 2) {
        for (std::size_t at = 0; at < world.faults.size();) {
            WorldSetup less = world;
            const auto from = less.faults.begin() + static_cast<std::ptrdiff_t>(at);
            const auto count = std::min(piece, world.faults.size() - at);
            less.faults.erase(from, from + static_cast<std::ptrdiff_t>(count));
            if (run(scenario, less).complaints.empty()) {
                at += piece;
            } else {
                world = std::move(less);
            }
        }
    }
    return world;
}

} // namespace hallmonitor::world
