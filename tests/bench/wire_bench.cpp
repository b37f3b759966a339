// wire_bench: octets a sample from agent to collector, on the traffic that traffic.hpp states, as
// the spool holds them and as sent in frames over our own TLS 1.3, with all that goes along:
// definitions and carry-overs of each segment, checks of life every 10 s, batch heads, keepalives.
// It runs from the end of one segment to the end of another, so that each cost counts as often as
// it comes. Beside it Prometheus remote write of the same samples, its HTTP heads and TLS counted
// likewise.

#include "agent/spool/record.hpp"
#include "common/check.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/remote_write.hpp"
#include "tests/bench/tls_meter.hpp"
#include "tests/bench/traffic.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

using namespace hallmonitor;
using namespace hallmonitor::bench;
using std::chrono::seconds;

namespace {

constexpr std::size_t segment_bytes = std::size_t{4} << 20; // as agent/io/spool.hpp has it
constexpr std::size_t samples_a_request = 2'000; // of remote write: more would spare it little

struct Site {
    const char* name;
    TrafficModel model;
    std::size_t devices;
    int segments; // to measure
    std::optional<double> target{};
};

struct Cost {
    double samples{0};
    double spooled{0}; // octets
    double sent{0};
    double encoding{0}; // CPU-seconds
    double peer_samples{0};
    double peer_sent{0};
};

WallTime wall_at(MonoTime at)
{
    return WallTime{seconds{1'770'000'000}} +
           std::chrono::floor<std::chrono::milliseconds>(at.since_boot);
}

std::string request_head(std::size_t body)
{
    return "POST /api/v1/write HTTP/1.1\r\nHost: prometheus.example.org\r\n"
           "User-Agent: Prometheus/2.42.0\r\nContent-Length: " +
           std::to_string(body) +
           "\r\nContent-Encoding: snappy\r\nContent-Type: application/x-protobuf\r\n"
           "X-Prometheus-Remote-Write-Version: 0.1.0\r\n\r\n";
}

// One site, second by second: what is due is read, sealed, spooled and sent as the agent does.
class Agent {
public:
    Agent(const Site& site, std::size_t ports) : fleet_(site.model, site.devices, ports)
    {
        for (std::size_t d = 0; d < fleet_.size(); ++d) {
            encoder_.define(*fleet_.interfaces(d));
            encoder_.define(*fleet_.liveness(d));
        }
    }

    /// One reading that is due, with the number of samples in it.
    struct Due {
        SwitchFleet::Table table;
        TableReading reading;
        std::size_t samples{0};
    };

    /// Everything until another segment ends.
    void run_segment(Cost& cost)
    {
        for (bool ended = false; !ended;)
            ended = second(cost);
    }

    /// What is due in the second that comes.
    std::vector<Due> due()
    {
        std::vector<Due> all;
        const MonoTime now{seconds{second_}};
        for (std::size_t d = 0; d < fleet_.size(); ++d) {
            // Every device has a steady phase of its own.
            const auto phase = static_cast<std::int64_t>(d * 60 / fleet_.size());
            if (second_ % 10 == phase % 10)
                all.push_back(
                    {fleet_.liveness(d), fleet_.check(d, now), SwitchFleet::readings_a_device}
                );
            if (second_ % 60 == phase)
                all.push_back(
                    {fleet_.interfaces(d),
                     fleet_.poll(d, now),
                     fleet_.ports() * SwitchFleet::readings_a_row}
                );
        }
        ++second_;
        return all;
    }

private:
    // True when a segment ended with it.
    bool second(Cost& cost)
    {
        const std::vector<Due> readings = due();
        ++silent_seconds_;
        if (readings.empty()) {
            if (silent_seconds_ >= 10) send(wire::Keepalive{}, cost);
            return false;
        }
        const MonoTime now{seconds{second_}};
        const double before = thread_cpu_seconds();
        for (const Due& one : readings)
            INVARIANT(encoder_.add(one.table->device, one.table->kind, one.reading));
        SealedBatch sealed = encoder_.seal({.mono = now, .wall = wall_at(now)});
        cost.encoding += thread_cpu_seconds() - before;
        for (const Due& one : readings)
            cost.samples += static_cast<double>(one.samples);
        const std::size_t record = agent::record_head_bytes + sealed.bytes.size();
        cost.spooled += static_cast<double>(record);
        in_segment_ += record;
        send(wire::BatchMessage{.lane = wire::Lane::live, .batch = std::move(sealed.bytes)}, cost);
        if (in_segment_ < segment_bytes || !encoder_.segment_is_worthwhile()) return false;
        encoder_.start_segment();
        in_segment_ = 0;
        cost.spooled += agent::segment_head_bytes;
        return true;
    }

    void send(const wire::Message& message, Cost& cost)
    {
        silent_seconds_ = 0;
        const std::string frame = wire::encode_frame(message);
        cost.sent += static_cast<double>(tls_.send(std::as_bytes(std::span{frame})));
    }

    SwitchFleet fleet_;
    BatchEncoder encoder_{Epoch{0x1122'3344'5566'7788}, Seq{100'000}, 0x8877'6655'4433'2211};
    TlsMeter tls_;
    std::int64_t second_{100'000};
    std::size_t in_segment_{0};
    int silent_seconds_{0};
};

// The same samples by remote write, for some minutes: it has no state, so all minutes are alike.
void measure_peer(const Site& site, std::size_t ports, Cost& cost)
{
    Agent agent{site, ports};
    TlsMeter tls;
    std::map<const TableDefinition*, RemoteWriteTable> tables;
    std::string request;
    std::size_t waiting = 0;
    for (int second = 0; second < 120; ++second) {
        for (const Agent::Due& one : agent.due()) {
            const auto table = tables.try_emplace(one.table.get(), *one.table).first;
            waiting += table->second.write(request, one.reading, wall_at(one.reading.taken_at));
        }
        // Prometheus sends what waits after five seconds at the latest.
        if (waiting < samples_a_request && second % 5 != 4) continue;
        const std::string body = snappy(request);
        const std::string post = request_head(body.size()) + body;
        cost.peer_samples += static_cast<double>(waiting);
        cost.peer_sent += static_cast<double>(tls.send(std::as_bytes(std::span{post})));
        request.clear();
        waiting = 0;
    }
}

void measure(const Site& site)
{
    constexpr std::size_t ports = 48;
    Agent agent{site, ports};
    Cost warm;
    agent.run_segment(warm);
    Cost cost;
    std::vector<double> encoding;
    for (int i = 0; i < site.segments; ++i) {
        const Cost before = cost;
        agent.run_segment(cost);
        encoding.push_back(
            (cost.encoding - before.encoding) * 1e9 / (cost.samples - before.samples)
        );
    }
    measure_peer(site, ports, cost);

    const std::string subject = std::string{site.name} + ", " + std::to_string(site.devices) +
                                (site.devices == 1 ? " switch" : " switches");
    Figure figure{
        .bench = "wire",
        .name = "octets a sample as sent",
        .subject = subject,
        .value = cost.sent / cost.samples,
        .unit = "B",
        .peer = "Prometheus remote write",
        .peer_value = cost.peer_sent / cost.peer_samples,
        .target = site.target,
    };
    print(figure);
    figure.name = "octets a sample in the spool";
    figure.value = cost.spooled / cost.samples;
    figure.peer.clear();
    figure.peer_value.reset();
    print(figure);
    const Spread spread = spread_of(encoding);
    print({
        .bench = "wire",
        .name = "encoding and compressing a sample",
        .subject = subject,
        .value = spread.median,
        .unit = "ns",
        .minimum = spread.minimum,
        .maximum = spread.maximum,
    });
}

} // namespace

int main()
try {
    const bool is_quick = std::getenv("HALLMONITOR_BENCH_QUICK") != nullptr;
    const std::size_t many = is_quick ? 200 : 1'000;
    const int segments = is_quick ? 1 : 3;
    measure({"school day", district, many, segments, 1.0});
    measure({"night", evening, many, segments, 1.0});
    measure({"everything random", busy, many / 4, segments});
    measure({"school day", district, 1, 1});
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "wire_bench: %s\n", error.what());
    return 1;
}
