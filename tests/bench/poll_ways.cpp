// poll_ways ADDRESS:PORT DEVICES CYCLES WAY...: polls a running snmp_fleet, a cycle of each way in
// turn, and prints what each cycle took, a line of JSON each; poll_bench.py makes figures of them.
// Pin the fleet to one core and this to another, or the fleet is what is measured.
//
// Ways: raw, parse (prepared datagrams, without and with the least parsing), net-snmp (the library,
// 64 devices at once), net-snmp-burst (all at once), ours (64 devices at once), burst (all at
// once), burst-wide (all at once, four requests in flight to each), v3 and net-snmp-v3 (ours and
// the library by SNMPv3, as user "monitor" with SHA-256 and AES-128, passwords "authpass1" and
// "privpass1").

#include "tests/bench/poller.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace hallmonitor::bench;

namespace {

constexpr std::uint32_t few_devices = 64; // for the sake of the caches

// net-snmp opens a socket a device.
void allow_many_sockets()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::function<CycleCost()> ours(
    const FleetAddress& fleet, std::uint32_t at_once, const hallmonitor::agent::SnmpSettings& snmp
)
{
    const auto poller = std::make_shared<EnginePoller>(fleet, snmp);
    return [poller, at_once] { return poller->cycle(at_once); };
}

hallmonitor::agent::SnmpSettings v3_settings()
{
    using namespace hallmonitor;
    agent::SnmpSettings snmp;
    snmp.version = agent::SnmpVersion::v3;
    snmp.usm = {
        .user = "monitor",
        .level = agent::SecurityLevel::auth_priv,
        .auth = agent::AuthProtocol::sha256,
        .auth_password = Secret{"authpass1"},
        .priv = agent::PrivProtocol::aes128,
        .priv_password = Secret{"privpass1"}};
    return snmp;
}

std::function<CycleCost()> way_of(const std::string& name, const FleetAddress& fleet)
{
    if (name == "raw") return [fleet] { return raw_cycle(fleet, false); };
    if (name == "parse") return [fleet] { return raw_cycle(fleet, true); };
    if (name == "net-snmp") return [fleet] { return net_snmp_cycle(fleet, few_devices, {}); };
    if (name == "net-snmp-burst")
        return [fleet] { return net_snmp_cycle(fleet, fleet.devices, {}); };
    if (name == "net-snmp-v3")
        return [fleet] { return net_snmp_cycle(fleet, few_devices, v3_settings()); };
    if (name == "ours") return ours(fleet, few_devices, {});
    if (name == "burst") return ours(fleet, fleet.devices, {});
    if (name == "burst-wide") return ours(fleet, fleet.devices, {.requests_at_once = 4});
    if (name == "v3") return ours(fleet, few_devices, v3_settings());
    throw std::invalid_argument{name + " is no way of polling"};
}

void measure(const FleetAddress& fleet, int cycles, const std::vector<std::string>& names)
{
    std::map<std::string, std::function<CycleCost()>> ways;
    for (const std::string& name : names) {
        ways[name] = way_of(name, fleet);
        static_cast<void>(ways[name]()); // warms caches, reads names, learns repetitions
    }
    for (int cycle = 0; cycle < cycles; ++cycle) {
        for (const std::string& name : names) {
            const CycleCost cost = ways[name]();
            std::printf(
                "{\"way\": \"%s\", \"cpu\": %.9f, \"wall\": %.9f, \"varbinds\": %llu, "
                "\"complete\": %u, \"complete_at\": %.9f}\n",
                name.c_str(),
                cost.cpu_seconds,
                cost.wall_seconds,
                static_cast<unsigned long long>(cost.varbinds),
                cost.complete,
                cost.complete_seconds
            );
        }
    }
}

FleetAddress fleet_of(const std::string& target, const char* devices)
{
    const std::size_t colon = target.find(':');
    in_addr first{};
    if (colon == std::string::npos || inet_aton(target.substr(0, colon).c_str(), &first) == 0)
        throw std::invalid_argument{target + " is no ADDRESS:PORT"};
    return {
        .first = ntohl(first.s_addr),
        .port = static_cast<std::uint16_t>(std::strtoul(target.c_str() + colon + 1, nullptr, 10)),
        .devices = static_cast<std::uint32_t>(std::strtoul(devices, nullptr, 10)),
    };
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc < 5) {
        std::fprintf(stderr, "usage: poll_ways ADDRESS:PORT DEVICES CYCLES WAY...\n");
        return 2;
    }
    allow_many_sockets();
    measure(fleet_of(argv[1], argv[2]), std::atoi(argv[3]), {argv + 4, argv + argc});
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "poll_ways: %s\n", error.what());
    return 1;
}
