#include "collector/io/routes.hpp"

#include "collector/expose/ifmib_writer.hpp"
#include "collector/expose/text_writer.hpp"
#include "collector/report/home_page.hpp"
#include "collector/report/documents.hpp"
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
    return {.status = 200, .content_type = json_type, .body = boost::json::serialize(document) + "\n"};
}

HttpResponse bad_request(std::string text)
{
    return {.status = 400, .body = std::move(text) + "\n"};
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

Routes::Routes(const Config& config, std::function<Task<Present>()> present)
    : config_(config), present_(std::move(present))
{
}

Task<HttpResponse> Routes::answer(HttpRequest request)
{
    const MonoTime begun = mono_now();
    const auto route = table().find(request.path);
    if (route == table().end()) {
        self_.count_request("other", 404, {});
        co_return HttpResponse{.status = 404, .body = "nothing here; / lists what there is\n"};
    }
    for (const auto& [name, value] : request.query) {
        if (route->second.parameters.contains(name)) continue;
        std::string known;
        for (const std::string& parameter : route->second.parameters) known += " " + parameter;
        self_.count_request(request.path, 400, {});
        co_return bad_request("unknown parameter; known here:" + (known.empty() ? " none" : known));
    }
    const Present present = co_await present_();
    HttpResponse response = (this->*route->second.answer)(request, present);
    self_.count_request(request.path, response.status, mono_now() - begun);
    co_return response;
}

HttpResponse Routes::metrics(const HttpRequest& request, const Present& present)
{
    HttpResponse response{.content_type = page_type};
    const PageOptions options{
        .site = site_of(request), .minimum_coverage = config_.minimum_coverage};
    MetricsPage page{present.snapshot, options};
    while (page(response.body)) {
    }
    // A scrape of one site has its own target; the collector's own metrics come without one.
    if (!options.site) {
        self_.set(present.figures);
        self_.set_process(resident_bytes(), cpu_seconds());
        response.body += self_.page();
    }
    return response;
}

HttpResponse Routes::ifmib(const HttpRequest& request, const Present& present)
{
    HttpResponse response{.content_type = page_type};
    IfMibPage page{present.snapshot, site_of(request)};
    while (page(response.body)) {
    }
    return response;
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

HttpResponse Routes::discovery(const HttpRequest&, const Present& present)
{
    const bool any = config_.http.address == "0.0.0.0" || config_.http.address == "::";
    const std::string host = any ? "localhost" : config_.http.address;
    const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return json_response(
        discovery_document(*present.snapshot, bracketed + ":" + std::to_string(config_.http.port))
    );
}

HttpResponse Routes::devices(const HttpRequest& request, const Present& present)
{
    return json_response(devices_document(*present.snapshot, site_of(request)));
}

namespace {

Result<ReportOptions>
report_options(const HttpRequest& request, const Config& config, WallTime now)
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
    if (!options) return bad_request(range_help);
    return json_response(report_document(*present.snapshot, *options));
}

HttpResponse Routes::outages(const HttpRequest& request, const Present& present)
{
    const auto options = report_options(request, config_, present.snapshot->at);
    if (!options) return bad_request(range_help);
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
