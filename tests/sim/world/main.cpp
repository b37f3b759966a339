// district_world: runs simulated districts, one after the other, and says what is wrong with them.

#include "tests/sim/world/scenario.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

using namespace hallmonitor::world;

namespace {

struct Options {
    std::string scenario{"all"};
    std::uint64_t seed{1};
    std::uint64_t worlds{1}; // seeds from `seed` on
    double days{1};          // each
    std::size_t agents{1};
    std::size_t devices{1};
    double gap_minutes{10};
    double limit_seconds{0}; // of wall time, for all; 0: none
    bool cuts_down{false};
    bool tells_faults{false};
};

int usage()
{
    std::cerr << "usage: district_world [--scenario NAME|each] [--seed N] [--worlds N] [--days D] "
                 "[--agents A]\n"
                 "    [--devices N] [--gap-minutes M] [--limit-seconds S] [--cut-down] [--faults]\n"
                 "scenarios:";
    for (const Scenario& scenario : scenarios())
        std::cerr << ' ' << scenario.name;
    std::cerr << "\nA line of JSON says what was run. Exit code: 0 all is true, 1 something is "
                 "not, 2 wrong usage.\n";
    return 2;
}

bool parse(int argc, char** argv, Options& options)
{
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--cut-down") {
            options.cuts_down = true;
        } else if (name == "--faults") {
            options.tells_faults = true;
        } else if (i + 1 == argc) {
            return false;
        } else {
            const char* const value = argv[++i];
            if (name == "--scenario")
                options.scenario = value;
            else if (name == "--seed")
                options.seed = std::strtoull(value, nullptr, 10);
            else if (name == "--worlds")
                options.worlds = std::strtoull(value, nullptr, 10);
            else if (name == "--days")
                options.days = std::strtod(value, nullptr);
            else if (name == "--agents")
                options.agents = std::strtoul(value, nullptr, 10);
            else if (name == "--devices")
                options.devices = std::strtoul(value, nullptr, 10);
            else if (name == "--gap-minutes")
                options.gap_minutes = std::strtod(value, nullptr);
            else if (name == "--limit-seconds")
                options.limit_seconds = std::strtod(value, nullptr);
            else
                return false;
        }
    }
    return options.days > 0 && options.agents > 0 && options.devices > 0 &&
           options.gap_minutes > 0 &&
           (options.scenario == "each" || find_scenario(options.scenario) != nullptr);
}

struct Sum {
    std::uint64_t worlds{0};
    std::uint64_t failed{0};
    std::uint64_t batches{0};
    std::uint64_t lost{0};
    std::uint64_t thinned{0}; // segments
    std::map<std::string, std::uint64_t> faults;
};

void tell_failure(const Scenario& scenario, const WorldSetup& world, const WorldReport& report)
{
    std::cout << "FAILED scenario " << scenario.name << " seed " << world.seed << '\n';
    for (const std::string& complaint : report.complaints)
        std::cout << "  " << complaint << '\n';
}

void run_world(const Scenario& scenario, const Options& options, std::uint64_t seed, Sum& sum)
{
    const WorldSetup world = world_of(
        scenario,
        {
            .seed = seed,
            .length = Instant{static_cast<std::int64_t>(options.days * 86'400e6)},
            .schools = options.agents,
            .devices = options.devices,
            .mean_gap = Instant{static_cast<std::int64_t>(options.gap_minutes * 60e6)},
        }
    );
    const WorldReport report = run(scenario, world);
    ++sum.worlds;
    sum.batches += report.counts.sealed;
    sum.lost += report.counts.lost;
    sum.thinned += report.counts.thinned;
    for (const auto& [name, count] : report.faults)
        sum.faults[name] += count;
    if (options.tells_faults)
        for (const Fault& fault : world.faults)
            std::cout << "  " << to_string(fault) << '\n';
    if (report.complaints.empty()) return;
    ++sum.failed;
    tell_failure(scenario, world, report);
    if (!options.cuts_down) return;
    const WorldSetup less = cut_down(scenario, world);
    std::cout << "it takes:\n";
    for (const Fault& fault : less.faults)
        std::cout << "  " << to_string(fault) << '\n';
    for (const std::string& complaint : run(scenario, less).complaints)
        std::cout << "  " << complaint << '\n';
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    if (!parse(argc, argv, options)) return usage();
    const auto begin = std::chrono::steady_clock::now();
    const auto wall_seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    Sum sum;
    for (std::uint64_t seed = options.seed; seed < options.seed + options.worlds; ++seed) {
        if (options.limit_seconds > 0 && wall_seconds() > options.limit_seconds) break;
        for (const Scenario& scenario : scenarios())
            if (options.scenario == "each" || options.scenario == scenario.name)
                run_world(scenario, options, seed, sum);
    }
    const double agent_days = static_cast<double>(sum.worlds * options.agents) * options.days;
    std::cout << "{\"scenario\": \"" << options.scenario << "\", \"seed\": " << options.seed
              << ", \"worlds\": " << sum.worlds << ", \"failed\": " << sum.failed
              << ", \"agent_days\": " << agent_days << ", \"batches\": " << sum.batches
              << ", \"lost\": " << sum.lost << ", \"thinned\": " << sum.thinned
              << ", \"wall_seconds\": " << wall_seconds()
              << ", \"agent_days_per_second\": " << agent_days / wall_seconds()
              << ", \"faults\": {";
    const char* comma = "";
    for (const auto& [name, count] : sum.faults) {
        std::cout << comma << '"' << name << "\": " << count;
        comma = ", ";
    }
    std::cout << "}}" << std::endl;
    return sum.failed == 0 ? 0 : 1;
}
