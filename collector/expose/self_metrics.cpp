#include "collector/expose/self_metrics.hpp"

#include "collector/expose/catalogue.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace hallmonitor::collector {
namespace {

using namespace prometheus;

template <class Builder>
auto& family_of(Builder builder, FamilyId id, Registry& registry)
{
    const MetricFamily& named = collector::family(id);
    return builder.Name(std::string{named.name}).Help(std::string{named.help}).Register(registry);
}

Gauge& gauge(Registry& registry, FamilyId id, const Labels& labels = {})
{
    return family_of(BuildGauge(), id, registry).Add(labels);
}

Counter& counter(Registry& registry, FamilyId id, const Labels& labels = {})
{
    return family_of(BuildCounter(), id, registry).Add(labels);
}

// The figures are kept elsewhere as running counts: a counter here follows them.
void follow(Counter& counter, double value)
{
    if (value > counter.Value()) counter.Increment(value - counter.Value());
}

} // namespace

struct SelfMetrics::State {
    Registry registry;
    Gauge& ready{gauge(registry, FamilyId::collector_ready)};
    Gauge& resident{gauge(registry, FamilyId::collector_resident_memory_bytes)};
    Counter& cpu{counter(registry, FamilyId::collector_cpu_seconds_total)};
    Counter& batches{counter(registry, FamilyId::ingest_batches_total)};
    Counter& duplicates{counter(registry, FamilyId::ingest_duplicate_batches_total)};
    Counter& samples{counter(registry, FamilyId::ingest_samples_total)};
    Counter& bytes{counter(registry, FamilyId::ingest_received_bytes_total)};
    Counter& rejected{counter(registry, FamilyId::ingest_rejected_batches_total)};
    Counter& connections{counter(registry, FamilyId::ingest_connections_total)};
    Counter& refused{counter(registry, FamilyId::ingest_refused_connections_total)};
    Counter& resets{counter(registry, FamilyId::ingest_reset_steps_total)};
    Counter& ambiguous{counter(registry, FamilyId::ingest_ambiguous_steps_total)};
    Counter& implausible{counter(registry, FamilyId::ingest_implausible_rates_total)};
    Counter& commits{counter(registry, FamilyId::ledger_commits_total)};
    Counter& failed_commits{counter(registry, FamilyId::ledger_failed_commits_total)};
    Counter& commit_seconds{counter(registry, FamilyId::ledger_commit_seconds_total)};
    Gauge& last_commit{gauge(registry, FamilyId::ledger_last_commit_duration_seconds)};
    Counter& remote_samples{counter(registry, FamilyId::remote_write_samples_total)};
    Counter& remote_bytes{counter(registry, FamilyId::remote_write_bytes_total)};
    Counter& remote_failures{counter(registry, FamilyId::remote_write_failures_total)};
    Counter& remote_refused{
        counter(registry, FamilyId::remote_write_dropped_samples_total, {{"reason", "refused"}})};
    Counter& remote_dropped{counter(
        registry, FamilyId::remote_write_dropped_samples_total, {{"reason", "queue_full"}}
    )};
    Gauge& remote_queue{gauge(registry, FamilyId::remote_write_queue_bytes)};
    Gauge& remote_lag{gauge(registry, FamilyId::remote_write_lag_seconds)};
    Family<Counter>& requests{family_of(BuildCounter(), FamilyId::http_requests_total, registry)};
    Family<Histogram>& request_seconds{
        family_of(BuildHistogram(), FamilyId::http_request_duration_seconds, registry)};
    Gauge& http_connections{gauge(registry, FamilyId::http_connections)};
    Counter& http_refused{counter(registry, FamilyId::http_refused_connections_total)};
};

SelfMetrics::SelfMetrics() : state_(std::make_unique<State>())
{
    gauge(state_->registry, FamilyId::build_info, {{"version", HALLMONITOR_VERSION}}).Set(1);
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
    const RemoteWriteFigures& remote = figures.remote_write;
    follow(state.remote_samples, number(remote.samples));
    follow(state.remote_bytes, number(remote.bytes));
    follow(state.remote_failures, number(remote.failures));
    follow(state.remote_refused, number(remote.refused_samples));
    follow(state.remote_dropped, number(remote.dropped_samples));
    state.remote_queue.Set(number(remote.queue_bytes));
    state.remote_lag.Set(remote.lag_seconds);
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

void SelfMetrics::set_http(const HttpFigures& figures)
{
    state_->http_connections.Set(static_cast<double>(figures.open));
    follow(state_->http_refused, static_cast<double>(figures.refused));
}

std::string SelfMetrics::page() const
{
    return TextSerializer{}.Serialize(state_->registry.Collect());
}

} // namespace hallmonitor::collector
