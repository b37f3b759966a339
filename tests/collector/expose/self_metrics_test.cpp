#include "collector/expose/self_metrics.hpp"
#include "tests/collector/expose/page_parser.hpp"

#include <catch2/catch.hpp>

namespace self_metrics_test {

using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

ParsedPage page_of(const SelfMetrics& self)
{
    auto page = parse_page(self.page());
    REQUIRE(page.problem.empty());
    return page;
}

} // namespace

TEST_CASE("totals told twice are counted once", "[expose]")
{
    SelfMetrics self;
    DaemonFigures figures;
    figures.ledger.batches = 5;
    figures.ledger.samples = 100;

    self.set(figures);
    figures.ledger.batches = 7;
    self.set(figures);

    const auto page = page_of(self);
    CHECK(page.value("hallmonitor_ingest_batches_total", {}) == 7);
    CHECK(page.value("hallmonitor_ingest_samples_total", {}) == 100);
}

TEST_CASE("requests are counted by route and code", "[expose]")
{
    SelfMetrics self;

    self.count_request("/metrics", 200, 40ms);
    self.count_request("/metrics", 200, 60ms);
    self.count_request("other", 404, 0ms);

    const auto page = page_of(self);
    const std::string name = "hallmonitor_http_requests_total";
    CHECK(page.value(name, {{"path", "/metrics"}, {"code", "200"}}) == 2);
    CHECK(page.value(name, {{"path", "other"}, {"code", "404"}}) == 1);
    CHECK(
        page.value("hallmonitor_http_request_duration_seconds_sum", {{"path", "/metrics"}}) ==
        Approx(0.1)
    );
}

TEST_CASE("commits, connections and the process are told", "[expose]")
{
    SelfMetrics self;

    self.set({.commits = 3, .failed_commits = 1, .last_commit_seconds = 0.25, .ready = true});
    self.set_http({.open = 4, .refused = 2});
    self.set_process(8'192, 1.5);
    self.set_process(4'096, 2.5);

    const auto page = page_of(self);
    CHECK(page.value("hallmonitor_ledger_commits_total", {}) == 3);
    CHECK(page.value("hallmonitor_ledger_failed_commits_total", {}) == 1);
    CHECK(page.value("hallmonitor_ledger_last_commit_duration_seconds", {}) == 0.25);
    CHECK(page.value("hallmonitor_collector_ready", {}) == 1);
    CHECK(page.value("hallmonitor_http_connections", {}) == 4);
    CHECK(page.value("hallmonitor_http_refused_connections_total", {}) == 2);
    CHECK(page.value("hallmonitor_collector_cpu_seconds_total", {}) == 2.5);
    CHECK(page.value("hallmonitor_collector_resident_memory_bytes", {}) == 4'096);
    CHECK(page.of("hallmonitor_build_info").size() == 1);
}

TEST_CASE("how remote write fares is told", "[expose]")
{
    SelfMetrics self;

    self.set({
        .remote_write =
            {.samples = 100,
             .bytes = 900,
             .failures = 3,
             .refused_samples = 4,
             .dropped_samples = 5,
             .queue_bytes = 6'000,
             .lag_seconds = 1.5},
    });

    const auto page = page_of(self);
    const std::string dropped = "hallmonitor_remote_write_dropped_samples_total";
    CHECK(page.value("hallmonitor_remote_write_samples_total", {}) == 100);
    CHECK(page.value("hallmonitor_remote_write_bytes_total", {}) == 900);
    CHECK(page.value("hallmonitor_remote_write_failures_total", {}) == 3);
    CHECK(page.value(dropped, {{"reason", "refused"}}) == 4);
    CHECK(page.value(dropped, {{"reason", "queue_full"}}) == 5);
    CHECK(page.value("hallmonitor_remote_write_queue_bytes", {}) == 6'000);
    CHECK(page.value("hallmonitor_remote_write_lag_seconds", {}) == 1.5);
}

} // namespace self_metrics_test
