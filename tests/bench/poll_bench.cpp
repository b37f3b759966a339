// poll_bench ADDRESS:PORT DEVICES CYCLES [ours]: CPU-seconds per million varbinds of polling a
// running snmp_fleet, ours beside the raw limit and the net-snmp library, a cycle of each in turn.
// Pin the fleet to one core and this to another, or the fleet is what is measured. With `ours`
// nothing else runs, for a profiler.

#include "tests/bench/figure.hpp"
#include "tests/bench/poller.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <sys/resource.h>

using namespace hallmonitor::bench;

namespace {

// net-snmp opens a socket a device.
void allow_many_sockets()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

struct Way {
    const char* name;
    std::function<CycleCost()> cycle;
    std::vector<double> costs{}; // CPU-seconds per million varbinds
    std::vector<double> walls{};
};

void add(Way& way)
{
    const CycleCost cost = way.cycle();
    way.costs.push_back(cost.cpu_seconds * 1e6 / static_cast<double>(cost.varbinds));
    way.walls.push_back(cost.wall_seconds);
}

Figure figure_of(const Way& way)
{
    const Spread spread = spread_of(way.costs);
    return {
        .bench = "poll",
        .name = "CPU-seconds per million varbinds",
        .subject = way.name,
        .value = spread.median,
        .unit = "s/M",
        .minimum = spread.minimum,
        .maximum = spread.maximum,
    };
}

void compare(const FleetAddress& fleet, int cycles, bool ours_alone)
{
    EnginePoller ours{fleet, 1};
    if (ours_alone) {
        for (int cycle = 0; cycle < cycles; ++cycle)
            static_cast<void>(ours.cycle(devices_at_once));
        return;
    }
    std::array<Way, 4> ways{{
        {.name = "hallmonitor: varbinds to samples",
         .cycle = [&] { return ours.cycle(devices_at_once); }},
        {.name = "raw sockets, no parsing", .cycle = [&] { return raw_cycle(fleet, false); }},
        {.name = "raw sockets, least parsing", .cycle = [&] { return raw_cycle(fleet, true); }},
        {.name = "net-snmp library, asynchronous", .cycle = [&] { return net_snmp_cycle(fleet); }},
    }};
    for (Way& way : ways) // a first round warms caches and learns repetitions
        static_cast<void>(way.cycle());
    for (int cycle = 0; cycle < cycles; ++cycle)
        for (Way& way : ways)
            add(way);
    if (ours.complete() != fleet.devices) throw std::runtime_error{"not every device was read"};

    Figure own = figure_of(ways[0]);
    own.target = 0.10;
    for (std::size_t peer = 1; peer < ways.size(); ++peer) {
        const Figure other = figure_of(ways[peer]);
        print(other);
        own.peer = other.subject;
        own.peer_value = other.value;
        print(own);
    }
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc < 4) {
        std::fprintf(stderr, "usage: poll_bench ADDRESS:PORT DEVICES CYCLES [ours]\n");
        return 2;
    }
    const std::string target = argv[1];
    const std::size_t colon = target.find(':');
    in_addr first{};
    if (colon == std::string::npos || inet_aton(target.substr(0, colon).c_str(), &first) == 0) {
        std::fprintf(stderr, "poll_bench: %s is no ADDRESS:PORT\n", target.c_str());
        return 2;
    }
    allow_many_sockets();
    const FleetAddress fleet{
        .first = ntohl(first.s_addr),
        .port = static_cast<std::uint16_t>(std::strtoul(target.c_str() + colon + 1, nullptr, 10)),
        .devices = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)),
        .ports = 48,
    };
    compare(fleet, std::atoi(argv[3]), argc > 4);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "poll_bench: %s\n", error.what());
    return 1;
}
