#include "collector/expose/self_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace hallmonitor::collector {
namespace {

using namespace prometheus;

Gauge& gauge(Registry& registry, const std::string& name, const std::string& help)
{
    return BuildGauge().Name("hallmonitor_" + name).Help(help).Register(registry).Add({});
}

Counter& counter(Registry& registry, const std::string& name, const std::string& help)
{
    return BuildCounter().Name("hallmonitor_" + name).Help(help).Register(registry).Add({});
}

// The figures are kept elsewhere as running counts: a counter here follows them.
void follow(Counter& counter, double value)
{
    if (value > counter.Value()) counter.Increment(value - counter.Value());
}

} // namespace

struct SelfMetrics::State {
    Registry registry;
    Gauge& ready = gauge(registry, "collector_ready", "Whether the ledger accepts data.");
    Gauge& resident = gauge(registry, "collector_resident_memory_bytes", "Resident memory of the collector.");
    Counter& cpu = counter(registry, "collector_cpu_seconds_total", "CPU time used by the collector.");
    Counter& batches = counter(registry, "ingest_batches_total", "Batches applied.");
    Counter& duplicates = counter(registry, "ingest_duplicate_batches_total", "Batches received again and not applied again.");
    Counter& samples = counter(registry, "ingest_samples_total", "Values applied.");
    Counter& bytes = counter(registry, "ingest_received_bytes_total", "Octets received from agents, before decompression.");
    Counter& rejected = counter(registry, "ingest_rejected_batches_total", "Batches that can never be applied.");
    Counter& connections = counter(registry, "ingest_connections_total", "Connections accepted from agents.");
    Counter& refused = counter(registry, "ingest_refused_connections_total", "Connections refused: certificate, identity or version.");
    Counter& resets = counter(registry, "ingest_counter_resets_total", "Counters of devices that began anew.");
    Counter& ambiguous = counter(registry, "ingest_counter_ambiguous_total", "Counter steps left out: may have wrapped twice or stepped back.");
    Counter& implausible = counter(registry, "ingest_implausible_rates_total", "Rates above the port's speed, not shown.");
    Counter& commits = counter(registry, "ledger_commits_total", "Checkpoints made durable.");
    Counter& failed_commits = counter(registry, "ledger_failed_commits_total", "Checkpoints that could not be written and are tried again.");
    Counter& commit_seconds = counter(registry, "ledger_commit_seconds_total", "Time spent writing checkpoints.");
    Gauge& last_commit = gauge(registry, "ledger_last_commit_duration_seconds", "How long the last checkpoint took to write.");
    Family<Counter>& requests = BuildCounter()
                                    .Name("hallmonitor_http_requests_total")
                                    .Help("HTTP requests answered.")
                                    .Register(registry);
    Family<Histogram>& request_seconds = BuildHistogram()
                                             .Name("hallmonitor_http_request_duration_seconds")
                                             .Help("Time to answer an HTTP request.")
                                             .Register(registry);
};

SelfMetrics::SelfMetrics() : state_(std::make_unique<State>())
{
    BuildGauge()
        .Name("hallmonitor_build_info")
        .Help("Version of the collector. Always 1.")
        .Register(state_->registry)
        .Add({{"version", HALLMONITOR_VERSION}})
        .Set(1);
}

SelfMetrics::~SelfMetrics() = default;

void SelfMetrics::set(const DaemonFigures& figures)
{
    State& state = *state_;
    const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
    state.ready.Set(figures.ready ? 1 : 0);
    follow(state.batches, number(figures.ledger.batches));
    follow(state.duplicates, number(figures.ledger.duplicates));
    follow(state.samples, number(figures.ledger.samples));
    follow(state.bytes, number(figures.received_bytes));
    follow(state.rejected, number(figures.rejected_batches));
    follow(state.connections, number(figures.connections));
    follow(state.refused, number(figures.refused_connections));
    follow(state.resets, number(figures.ledger.counter_resets));
    follow(state.ambiguous, number(figures.ledger.counter_ambiguous));
    follow(state.implausible, number(figures.ledger.implausible));
    follow(state.commits, number(figures.commits));
    follow(state.failed_commits, number(figures.failed_commits));
    follow(state.commit_seconds, figures.commit_seconds);
    state.last_commit.Set(figures.last_commit_seconds);
}

void SelfMetrics::set_process(std::uint64_t resident_bytes, double cpu_seconds)
{
    state_->resident.Set(static_cast<double>(resident_bytes));
    follow(state_->cpu, cpu_seconds);
}

void SelfMetrics::count_request(
    const std::string& path, unsigned status, std::chrono::microseconds took
)
{
    // `path` is one of the routes, never what a client made up: labels stay bounded.
    state_->requests.Add({{"path", path}, {"code", std::to_string(status)}}).Increment();
    static const Histogram::BucketBoundaries bounds{0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10};
    state_->request_seconds.Add({{"path", path}}, bounds)
        .Observe(std::chrono::duration<double>(took).count());
}

std::string SelfMetrics::page() const
{
    return TextSerializer{}.Serialize(state_->registry.Collect());
}

} // namespace hallmonitor::collector
