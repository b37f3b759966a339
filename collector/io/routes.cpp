#include "collector/io/routes.hpp"

#include "collector/expose/ifmib_writer.hpp"
#include "collector/expose/text_writer.hpp"
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

} // namespace

struct Routes::Route {
    HttpResponse (Routes::*answer)(const HttpRequest&, const Present&);
    std::set<std::string> parameters;
};

const std::map<std::string, Routes::Route>& Routes::table()
{
    static const std::map<std::string, Route> routes{
        {"/metrics", {&Routes::metrics, {"site"}}},
        {"/metrics/ifmib", {&Routes::ifmib, {"site"}}},
        {"/metrics/self", {&Routes::self, {}}},
        {"/-/healthy", {&Routes::healthy, {}}},
        {"/-/ready", {&Routes::ready, {}}},
        {"/sd", {&Routes::discovery, {}}},
        {"/api/v1/devices", {&Routes::devices, {"site"}}},
        {"/api/v1/report", {&Routes::report, {"site", "since", "until"}}},
        {"/api/v1/outages", {&Routes::outages, {"site", "since", "until"}}},
        {"/api/v1/agents", {&Routes::agents, {"site"}}},
        {"/api/v1/events", {&Routes::events, {"site"}}},
        {"/", {&Routes::home, {}}},
        {"/style.css", {&Routes::style, {}}},
    };
    return routes;
}

Routes::Routes(
    const Config& config, std::function<Task<Present>()> present, std::function<HttpFigures()> http
)
    : config_(config), present_(std::move(present)), http_(std::move(http))
{}

Task<HttpResponse> Routes::answer(HttpRequest request)
{
    const MonoTime begun = mono_now();
    const auto route = table().find(request.path);
    const bool is_known = route != table().end();
    HttpResponse response;
    if (!is_known) {
        response = problem_response(404, "There is nothing here; / lists what there is.");
    } else if (const auto problem = unknown_parameter(request, route->second)) {
        response = problem_response(400, *problem);
    } else {
        auto asking = present_();
        const Present present = co_await std::move(asking);
        response = (this->*route->second.answer)(request, present);
    }
    // Paths that nobody serves are one: labels stay bounded.
    const std::string name = is_known ? request.path : "other";
    response.sent = [this, name, status = response.status, begun] {
        self_.count_request(name, status, mono_now() - begun);
    };
    co_return response;
}

std::optional<std::string> Routes::unknown_parameter(const HttpRequest& request, const Route& route)
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

HttpResponse Routes::metrics(const HttpRequest& request, const Present& present)
{
    const PageOptions options{
        .site = site_of(request), .minimum_coverage = config_.minimum_coverage};
    HttpResponse response{.content_type = page_type};
    // A page of one site is one of many; the collector's own metrics are not repeated on each.
    if (!options.site) response.body = self_page(present);
    response.pieces = MetricsPage{present.snapshot, options};
    return response;
}

HttpResponse Routes::ifmib(const HttpRequest& request, const Present& present)
{
    HttpResponse response{.content_type = page_type};
    response.pieces = IfMibPage{present.snapshot, site_of(request)};
    return response;
}

HttpResponse Routes::self(const HttpRequest&, const Present& present)
{
    return {.content_type = page_type, .body = self_page(present)};
}

std::string Routes::self_page(const Present& present)
{
    self_.set(present.figures);
    self_.set_process(resident_bytes(), cpu_seconds());
    self_.set_http(http_());
    return self_.page();
}

HttpResponse Routes::healthy(const HttpRequest&, const Present&)
{
    return {.body = "healthy\n"};
}

HttpResponse Routes::ready(const HttpRequest&, const Present& present)
{
    if (present.not_ready.empty()) return {.body = "ready\n"};
    return {.status = 503, .body = "not ready: " + present.not_ready + "\n"};
}

HttpResponse Routes::discovery(const HttpRequest& request, const Present& present)
{
    // Whoever asks can reach us under the name that it asked.
    if (!request.host.empty())
        return json_response(discovery_document(*present.snapshot, request.host));
    const bool any = config_.http.address == "0.0.0.0" || config_.http.address == "::";
    const std::string host = any ? "localhost" : config_.http.address;
    const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return json_response(
        discovery_document(*present.snapshot, bracketed + ":" + std::to_string(config_.http.port))
    );
}

HttpResponse Routes::devices(const HttpRequest& request, const Present& present)
{
    HttpResponse response{.content_type = json_type};
    response.pieces = devices_page(present.snapshot, site_of(request));
    return response;
}

namespace {

Result<ReportOptions> report_options(const HttpRequest& request, const Config& config, WallTime now)
{
    const auto text = [&](const char* name, const char* otherwise) {
        const auto found = request.query.find(name);
        return found == request.query.end() ? std::string{otherwise} : found->second;
    };
    const auto from = parse_moment(text("since", default_since), now);
    const auto to = parse_moment(text("until", "0s"), now);
    if (!from || !to || *to <= *from) return Errc::malformed;
    return ReportOptions{
        .from = *from,
        .to = std::min(*to, now),
        .minimum_coverage = config.minimum_coverage,
        .site = site_of(request),
    };
}

constexpr auto range_help =
    "since and until are spans like 30m, 24h, 7d, dates like 2026-11-24 or times like "
    "2026-11-24T08:00:00Z (UTC), since before until";

} // namespace

HttpResponse Routes::report(const HttpRequest& request, const Present& present)
{
    const auto options = report_options(request, config_, present.snapshot->at);
    if (!options) return problem_response(400, range_help);
    return json_response(report_document(*present.snapshot, *options));
}

HttpResponse Routes::outages(const HttpRequest& request, const Present& present)
{
    const auto options = report_options(request, config_, present.snapshot->at);
    if (!options) return problem_response(400, range_help);
    return json_response(outages_document(*present.snapshot, *options));
}

HttpResponse Routes::agents(const HttpRequest& request, const Present& present)
{
    return json_response(agents_document(*present.snapshot, site_of(request)));
}

HttpResponse Routes::events(const HttpRequest& request, const Present& present)
{
    return json_response(events_document(*present.snapshot, site_of(request)));
}

HttpResponse Routes::home(const HttpRequest&, const Present& present)
{
    return {.content_type = "text/html; charset=utf-8", .body = home_page(*present.snapshot)};
}

HttpResponse Routes::style(const HttpRequest&, const Present&)
{
    return {.content_type = "text/css; charset=utf-8", .body = style_sheet()};
}

} // namespace hallmonitor::collector
