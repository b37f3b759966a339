#pragma once
// What the collector answers to which address: the API, the pages and the metrics, from snapshots.

#include "collector/config.hpp"
#include "collector/expose/self_metrics.hpp"
#include "collector/health/snapshot.hpp"
#include "collector/io/http_message.hpp"
#include "common/io/task.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
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
    /// `present` asks the ingest loop and resumes on the HTTP loop; `http` tells of the server.
    Routes(
        const Config& config,
        std::function<Task<Present>()> present,
        std::function<HttpFigures()> http
    );

    Task<HttpResponse> answer(HttpRequest request);

private:
    struct Route;
    static const std::map<std::string, Route>& table();
    HttpResponse metrics(const HttpRequest& request, const Present& present);
    HttpResponse ifmib(const HttpRequest& request, const Present& present);
    HttpResponse self(const HttpRequest& request, const Present& present);
    HttpResponse healthy(const HttpRequest& request, const Present& present);
    HttpResponse ready(const HttpRequest& request, const Present& present);
    HttpResponse discovery(const HttpRequest& request, const Present& present);
    HttpResponse devices(const HttpRequest& request, const Present& present);
    HttpResponse report(const HttpRequest& request, const Present& present);
    HttpResponse outages(const HttpRequest& request, const Present& present);
    HttpResponse agents(const HttpRequest& request, const Present& present);
    HttpResponse events(const HttpRequest& request, const Present& present);
    HttpResponse home(const HttpRequest& request, const Present& present);
    HttpResponse style(const HttpRequest& request, const Present& present);

    static std::optional<std::string> unknown_parameter(
        const HttpRequest& request, const Route& route
    );
    std::string self_page(const Present& present);

    Config config_;
    std::function<Task<Present>()> present_;
    std::function<HttpFigures()> http_;
    SelfMetrics self_;
};

} // namespace hallmonitor::collector
