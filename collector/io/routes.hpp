#pragma once
// What the collector answers to which address: the API, the pages and the metrics, from snapshots.

#include "collector/config.hpp"
#include "collector/expose/self_metrics.hpp"
#include "collector/health/snapshot.hpp"
#include "collector/io/http_message.hpp"
#include "common/io/task.hpp"

#include <functional>
#include <memory>
#include <string>

namespace hallmonitor::collector {

/// The fleet and the daemon at one moment.
struct Present {
    std::shared_ptr<const Snapshot> snapshot;
    DaemonFigures figures;
    std::string not_ready; // why; empty when ready
};

class Routes {
public:
    struct Sources {
        std::function<Task<Present>()> present; // asks the ingest loop, resumes on the HTTP loop
        std::function<HttpFigures()> http;      // of the server
        std::function<HttpResponse()> backup;   // Backup::answer
    };
    Routes(Config config, Sources sources);

    Task<HttpResponse> answer(HttpRequest request);

private:
    Task<HttpResponse> answer_route(const HttpRequest& request);
    /// The collector's own metrics as they are now.
    std::string self_page(const DaemonFigures& figures);

    Config config_;
    Sources sources_;
    SelfMetrics self_;
};

} // namespace hallmonitor::collector
