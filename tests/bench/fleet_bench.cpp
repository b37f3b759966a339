// fleet_bench: GETBULKs that the simulated fleet answers on one core, beside bare sockets that send
// the same octets without looking at the request, and beside what polls it: a fleet that is slower
// than that would be what all other benches measure.
//
// The fleet runs in a process of its own, whose CPU time is counted: figures are for a core used in
// full, however busy the machine is.

#include "tests/bench/figure.hpp"
#include "tests/bench/poller.hpp"
#include "tests/sim/io/server.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace hallmonitor::bench;
using namespace hallmonitor;

namespace {

constexpr std::uint32_t first_ip = 0x7F3D0001; // 127.61.0.1
constexpr std::uint32_t devices = 1'000;
constexpr std::uint32_t devices_at_once = 64;
constexpr double state_of_the_art = 265'000; // GETBULK/s a core at replies under 1,472 octets

void stay_on_core(unsigned core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core % static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN)), &cores);
    sched_setaffinity(0, sizeof cores, &cores);
}

/// A process that answers on the port that it writes to a pipe, until it is destroyed.
class Answerer {
public:
    explicit Answerer(const std::function<void(int port_out)>& run)
    {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw std::runtime_error{"no pipe"};
        pid_ = fork();
        if (pid_ < 0) throw std::runtime_error{"no process"};
        if (pid_ == 0) {
            stay_on_core(0);
            run(ends[1]);
            _exit(0);
        }
        ::close(ends[1]);
        const auto count = read(ends[0], &port_, sizeof port_);
        ::close(ends[0]);
        if (count != sizeof port_) throw std::runtime_error{"the fleet does not start"};
    }
    Answerer(const Answerer&) = delete;
    Answerer& operator=(const Answerer&) = delete;
    Answerer(Answerer&&) = delete;
    Answerer& operator=(Answerer&&) = delete;
    ~Answerer()
    {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] FleetAddress address() const
    {
        return {.first = first_ip, .port = port_, .devices = devices};
    }
    [[nodiscard]] double cpu_seconds() const
    {
        clockid_t clock{};
        timespec now{};
        clock_getcpuclockid(pid_, &clock);
        clock_gettime(clock, &now);
        return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
    }

private:
    pid_t pid_{-1};
    std::uint16_t port_{0};
};

void tell(int port_out, std::uint16_t port)
{
    if (write(port_out, &port, sizeof port) != sizeof port) _exit(1);
}

void run_fleet(int port_out)
{
    sim::Fleet fleet{1, "public", sim::usual_reply};
    fleet.add({.first = {.ip = first_ip, .port = 0}, .devices = devices});
    sim::Server server{fleet};
    if (!server.listen().empty()) _exit(1);
    tell(port_out, server.ports().front());
    const std::atomic<bool> is_ended{false};
    server.run(is_ended);
}

/// Sends `octets` for every datagram, from the address that was asked.
void run_bare_sockets(int port_out, std::size_t octets)
{
    const auto socket = sim::open_udp(0);
    tell(port_out, sim::port_of(socket));
    sim::UdpBatch batch;
    while (true) {
        pollfd wait{socket.get(), POLLIN, 0};
        ::poll(&wait, 1, -1);
        const auto count = batch.receive(socket.get());
        for (std::size_t i = 0; i < count; ++i) {
            auto& slot = batch.slot(i);
            batch.add(slot, std::span{slot.reply}.first(octets), batch.asked(i));
        }
        batch.flush(socket.get());
    }
}

/// What each round of one poller took, for both ends.
struct Costs {
    std::string poller{};
    std::vector<double> asking{};         // CPU-seconds per million varbinds
    std::vector<double> answering{};      // the same
    std::vector<double> answers_a_core{}; // a second, of a poller whose requests are known
};

std::size_t requests_of(const FleetAddress& fleet)
{
    return std::size_t{fleet.devices} * (fleet.ports / rows_per_request);
}

void add_round(const Answerer& answerer, const std::function<CycleCost()>& cycle, Costs& costs)
{
    constexpr int cycles = 5;
    const double before = answerer.cpu_seconds();
    double asking = 0;
    double millions = 0;
    for (int i = 0; i < cycles; ++i) {
        const auto cost = cycle();
        asking += cost.cpu_seconds;
        millions += static_cast<double>(cost.varbinds) / 1e6;
    }
    const double answering = answerer.cpu_seconds() - before;
    costs.asking.push_back(asking / millions);
    costs.answering.push_back(answering / millions);
    const auto requests = static_cast<double>(cycles * requests_of(answerer.address()));
    costs.answers_a_core.push_back(requests / answering);
}

Figure figure_of(const std::string& subject, const char* name, const std::vector<double>& values)
{
    const auto spread = spread_of(values);
    return {
        .bench = "fleet",
        .name = name,
        .subject = subject,
        .value = spread.median,
        .unit = "",
        .minimum = spread.minimum,
        .maximum = spread.maximum,
    };
}

void report_rates(const Costs& fleet, const Costs& bare)
{
    const auto* const name = "GETBULKs of 73 varbinds answered a second and core";
    Figure limit = figure_of("bare sockets, the same octets", name, bare.answers_a_core);
    limit.unit = "1/s";
    limit.more_is_better = true;
    print(limit);
    Figure own = figure_of("snmp_fleet, 1,000 switches of 48 ports", name, fleet.answers_a_core);
    own.unit = "1/s";
    own.more_is_better = true;
    own.peer = limit.subject;
    own.peer_value = limit.value;
    own.target = state_of_the_art;
    print(own);
}

/// A fleet must cost less than what polls it; of bare sockets that is not asked.
void report_costs(const Costs& costs, bool is_target)
{
    const auto* const name = "CPU-seconds per million varbinds";
    Figure asking = figure_of(costs.poller, name, costs.asking);
    asking.unit = "s/M";
    print(asking);
    Figure answering = figure_of("snmp_fleet, polled by " + costs.poller, name, costs.answering);
    answering.unit = "s/M";
    answering.peer = asking.subject;
    answering.peer_value = asking.value;
    if (is_target) answering.target = asking.value;
    print(answering);
}

} // namespace

int main()
try {
    const int rounds = std::getenv("HALLMONITOR_BENCH_QUICK") != nullptr ? 3 : 15;
    stay_on_core(1);
    const Answerer fleet{run_fleet};
    const auto first = raw_cycle(fleet.address(), true); // warms, and checks the replies
    const auto reply = static_cast<std::size_t>(first.octets) / requests_of(fleet.address());
    const Answerer bare{[reply](int port_out) { run_bare_sockets(port_out, reply); }};
    EnginePoller engine{fleet.address(), {}};
    static_cast<void>(engine.cycle(devices_at_once)); // reads the names
    Costs by_raw{.poller = "raw sockets, no parsing"};
    Costs by_engine{.poller = "hallmonitor: varbinds to samples"};
    Costs of_bare;
    for (int round = 0; round < rounds; ++round) {
        add_round(
            fleet, [&] { return raw_cycle(fleet.address(), false); }, by_raw
        );
        add_round(
            fleet, [&] { return engine.cycle(devices_at_once); }, by_engine
        );
        add_round(
            bare, [&] { return raw_cycle(bare.address(), false); }, of_bare
        );
    }
    report_rates(by_raw, of_bare);
    report_costs(by_raw, false);
    report_costs(by_engine, true);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "fleet_bench: %s\n", error.what());
    return 1;
}
