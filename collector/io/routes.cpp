#include "collector/io/routes.hpp"

#include "collector/expose/ifmib_writer.hpp"
#include "collector/expose/text_writer.hpp"
#include "collector/report/concerns.hpp"
#include "collector/report/documents.hpp"
#include "collector/report/home_page.hpp"
#include "collector/report/time_range.hpp"
#include "common/io/clock.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sys/resource.h>
#include <unistd.h>

namespace hallmonitor::collector {
namespace {

constexpr auto page_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr auto json_type = "application/json";
constexpr auto default_since = "24h";
constexpr auto backup_path = "/api/v1/backup";

std::optional<std::string> site_of(const HttpRequest& request)
{
    const auto site = request.query.find("site");
    if (site == request.query.end()) return std::nullopt;
    return site->second;
}

HttpResponse json_response(const boost::json::value& document)
{
    return {
        .status = 200, .content_type = json_type, .body = boost::json::serialize(document) + "\n"};
}

std::uint64_t resident_bytes()
{
    std::ifstream file{"/proc/self/statm"};
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds()
{
    rusage spent{};
    getrusage(RUSAGE_SELF, &spent);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(spent.ru_utime) + seconds(spent.ru_stime);
}

// What a route may use to answer.
struct Asked {
    const HttpRequest& request;
    const Present& present;
    const Config& config;
    std::function<std::string()> self_page;
};

HttpResponse metrics(const Asked& asked)
{
    // Where readings come by remote write, a scrape takes the rest.
    const auto readings = asked.request.query.find("readings");
    const bool is_asked = readings != asked.request.query.end();
    if (is_asked && readings->second != "no" && readings->second != "yes")
        return problem_response(400, "readings is yes or no.");
    const PageOptions options{
        .site = site_of(asked.request),
        .minimum_coverage = asked.config.minimum_coverage,
        .readings = !is_asked || readings->second == "yes",
    };
    HttpResponse response{.content_type = page_type};
    // A page of one site is one of many; the collector's own metrics are not repeated on each.
    if (!options.site) response.body = asked.self_page();
    response.pieces = MetricsPage{asked.present.snapshot, options};
    return response;
}

HttpResponse ifmib(const Asked& asked)
{
    HttpResponse response{.content_type = page_type};
    response.pieces = IfMibPage{asked.present.snapshot, site_of(asked.request)};
    return response;
}

HttpResponse self(const Asked& asked)
{
    return {.content_type = page_type, .body = asked.self_page()};
}

HttpResponse healthy(const Asked&)
{
    return {.body = "healthy\n"};
}

HttpResponse ready(const Asked& asked)
{
    if (asked.present.not_ready.empty()) return {.body = "ready\n"};
    return {.status = 503, .body = "not ready: " + asked.present.not_ready + "\n"};
}

HttpResponse discovery(const Asked& asked)
{
    // Whoever asks can reach us under the name that it asked.
    std::string target = asked.request.host;
    if (target.empty()) {
        const ListenAddress& http = asked.config.http;
        const bool any = http.address == "0.0.0.0" || http.address == "::";
        const std::string host = any ? "localhost" : http.address;
        target = (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
                 std::to_string(http.port);
    }
    return json_response(discovery_document(*asked.present.snapshot, target));
}

HttpResponse devices(const Asked& asked)
{
    HttpResponse response{.content_type = json_type};
    response.pieces = devices_page(
        asked.present.snapshot, site_of(asked.request), troubles_of(asked.present.figures)
    );
    return response;
}

std::optional<ReportOptions> report_options(const Asked& asked)
{
    const WallTime now = asked.present.snapshot->at;
    const auto moment = [&](const char* name, std::string_view otherwise) {
        const auto found = asked.request.query.find(name);
        return parse_moment(found == asked.request.query.end() ? otherwise : found->second, now);
    };
    const auto from = moment("since", default_since);
    const auto to = moment("until", "0s");
    if (!from || !to || *to <= *from) return std::nullopt;
    return ReportOptions{
        .from = *from,
        .to = std::min(*to, now),
        .minimum_coverage = asked.config.minimum_coverage,
        .site = site_of(asked.request),
    };
}

constexpr auto range_help =
    "since and until are spans like 30m, 24h, 7d, dates like 2026-11-24 or times like "
    "2026-11-24T08:00:00Z (UTC unless an offset is written), since before until.";

HttpResponse report(const Asked& asked)
{
    const auto options = report_options(asked);
    if (!options) return problem_response(400, range_help);
    return json_response(report_document(*asked.present.snapshot, *options));
}

HttpResponse outages(const Asked& asked)
{
    const auto options = report_options(asked);
    if (!options) return problem_response(400, range_help);
    return json_response(outages_document(*asked.present.snapshot, *options));
}

HttpResponse agents(const Asked& asked)
{
    return json_response(agents_document(*asked.present.snapshot, site_of(asked.request)));
}

HttpResponse events(const Asked& asked)
{
    return json_response(events_document(*asked.present.snapshot, site_of(asked.request)));
}

HttpResponse home(const Asked& asked)
{
    return {.content_type = "text/html; charset=utf-8", .body = home_page(*asked.present.snapshot)};
}

HttpResponse style(const Asked&)
{
    return {.content_type = "text/css; charset=utf-8", .body = style_sheet()};
}

struct Route {
    HttpResponse (*answer)(const Asked&);
    std::set<std::string> parameters;
};

const std::map<std::string, Route>& routes()
{
    static const std::map<std::string, Route> table{
        {"/metrics", {metrics, {"readings", "site"}}},
        {"/metrics/ifmib", {ifmib, {"site"}}},
        {"/metrics/self", {self, {}}},
        {"/-/healthy", {healthy, {}}},
        {"/-/ready", {ready, {}}},
        {"/sd", {discovery, {}}},
        {"/api/v1/devices", {devices, {"site"}}},
        {"/api/v1/report", {report, {"site", "since", "until"}}},
        {"/api/v1/outages", {outages, {"site", "since", "until"}}},
        {"/api/v1/agents", {agents, {"site"}}},
        {"/api/v1/events", {events, {"site"}}},
        {"/", {home, {}}},
        {"/style.css", {style, {}}},
    };
    return table;
}

std::optional<std::string> unknown_parameter(const HttpRequest& request, const Route& route)
{
    for (const auto& [name, value] : request.query) {
        if (route.parameters.contains(name)) continue;
        std::string known;
        for (const std::string& parameter : route.parameters)
            known += (known.empty() ? " " : ", ") + parameter;
        return "There is an unknown parameter; known here:" + (known.empty() ? " none" : known) +
               ".";
    }
    return std::nullopt;
}

} // namespace

Routes::Routes(Config config, Sources sources)
    : config_(std::move(config)), sources_(std::move(sources))
{}

Task<HttpResponse> Routes::answer(HttpRequest request)
{
    const MonoTime begun = mono_now();
    auto answering = answer_route(request);
    HttpResponse response = co_await std::move(answering);
    // Paths that nobody serves are one: labels stay bounded.
    const bool is_known = request.path == backup_path || routes().contains(request.path);
    const std::string name = is_known ? request.path : "other";
    response.sent = [this, name, status = response.status, begun] {
        self_.count_request(name, status, mono_now() - begun);
    };
    co_return response;
}

Task<HttpResponse> Routes::answer_route(const HttpRequest& request)
{
    // The ledger is for whoever may use the control socket, not for whoever reaches the port.
    if (request.path == backup_path && request.is_control) co_return sources_.backup();
    const auto route = routes().find(request.path);
    if (route == routes().end())
        co_return problem_response(404, "There is nothing here; / lists what there is.");
    if (const auto problem = unknown_parameter(request, route->second))
        co_return problem_response(400, *problem);
    auto asking = sources_.present();
    const Present present = co_await std::move(asking);
    const Asked asked{.request = request, .present = present, .config = config_, .self_page = [&] {
                          return self_page(present.figures);
                      }};
    co_return route->second.answer(asked);
}

std::string Routes::self_page(const DaemonFigures& figures)
{
    self_.set(figures);
    self_.set_process(resident_bytes(), cpu_seconds());
    self_.set_http(sources_.http());
    return self_.page();
}

} // namespace hallmonitor::collector
