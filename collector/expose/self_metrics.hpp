#pragma once
// The collector about itself, in a prometheus-cpp registry (D7): a few dozen series, written by
// that library's own serializer. Belongs to the HTTP loop; the others' figures come as values.

#include "collector/health/ledger.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace hallmonitor::collector {

/// How remote write fares; all 0 without a receiver.
struct RemoteWriteFigures {
    std::uint64_t samples{0};         // taken by the receiver
    std::uint64_t bytes{0};           // of these, compressed
    std::uint64_t failures{0};        // requests to be sent again
    std::uint64_t refused_samples{0}; // that the receiver will never take
    std::uint64_t dropped_samples{0}; // that had no room
    std::size_t queue_bytes{0};
    double lag_seconds{0}; // since what waits longest came from its agent
    std::string
        problem{}; // why the receiver takes nothing, or refuses samples; empty: it does well
};

/// Figures that other loops keep; taken along with each snapshot.
struct DaemonFigures {
    Ledger::Counts ledger;
    RemoteWriteFigures remote_write;
    std::uint64_t connections{0};
    std::uint64_t refused_connections{0};
    std::uint64_t rejected_batches{0};
    std::uint64_t received_bytes{0};
    std::uint64_t commits{0};
    std::uint64_t failed_commits{0};
    double commit_seconds{0}; // of all commits together
    double last_commit_seconds{0};
    bool ready{false};
};

/// Figures of the HTTP server.
struct HttpFigures {
    std::size_t open{0};      // connections now
    std::uint64_t refused{0}; // over a limit, since the start
};

class SelfMetrics {
public:
    SelfMetrics();
    ~SelfMetrics();
    SelfMetrics(const SelfMetrics&) = delete;
    SelfMetrics& operator=(const SelfMetrics&) = delete;

    void set(const DaemonFigures& figures);
    void set_process(std::uint64_t resident_bytes, double cpu_seconds);
    void set_http(const HttpFigures& figures);
    /// `path` is one of the routes, never what a client made up: labels stay bounded.
    void count_request(const std::string& path, unsigned status, std::chrono::microseconds took);

    /// Prometheus text format.
    [[nodiscard]] std::string page() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::collector
