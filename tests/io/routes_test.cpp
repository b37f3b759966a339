// What each address answers, from a fleet built by hand; no socket, but the coroutines of the loop.

#include "collector/io/routes.hpp"
#include "tests/collector/fleet.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <set>
#include <stdexcept>

namespace routes_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using Catch::Contains;
using Catch::StartsWith;

namespace {

struct Answered {
    unsigned status{0};
    std::string content_type;
    std::string body;
};

class Site {
public:
    explicit Site(std::shared_ptr<const Snapshot> snapshot, std::string not_ready = {})
        : present_{.snapshot = std::move(snapshot), .not_ready = std::move(not_ready)}
    {}

    Answered get(std::string_view target, const std::string& host = {})
    {
        auto request = parse_target(target);
        REQUIRE(request.has_value());
        request->host = host;
        HttpResponse response;
        boost::asio::io_context loop;
        auto answering = routes_.answer(*request);
        boost::asio::co_spawn(
            loop,
            std::move(answering),
            [&](const std::exception_ptr& thrown, HttpResponse got) {
                if (thrown) std::rethrow_exception(thrown);
                response = std::move(got);
            }
        );
        loop.run();
        while (response.pieces && response.pieces(response.body)) {
        }
        if (response.sent) response.sent();
        return {response.status, response.content_type, response.body};
    }

    boost::json::value json(std::string_view target, const std::string& host = {})
    {
        const auto answer = get(target, host);
        CHECK(answer.status == 200);
        CHECK(answer.content_type == "application/json");
        return boost::json::parse(answer.body);
    }

private:
    Task<Present> present() { co_return present_; }

    Present present_;
    Routes routes_{
        Config{},
        {.present = [this] { return present(); },
         .http = [] { return HttpFigures{.open = 3, .refused = 0}; },
         .backup = [] { return HttpResponse{.body = "a copy"}; }}};
};

std::shared_ptr<const Snapshot> two_sites()
{
    return make_snapshot(
        {make_device("lincoln", "sw-1", State::up, {{.key = "1", .watched = true}}),
         make_device("roosevelt", "sw-<2>", State::down, {{.key = "1"}})},
        {make_agent("lincoln", "a")}
    );
}

} // namespace

TEST_CASE("the whole page has the fleet and the collector itself, a site's only the site", "[http]")
{
    Site site{two_sites()};

    const auto all = site.get("/metrics");
    const auto one = site.get("/metrics?site=lincoln");
    const auto self = site.get("/metrics/self");

    CHECK_THAT(all.content_type, StartsWith("text/plain; version=0.0.4"));
    CHECK_THAT(all.body, Contains("device=\"sw-1\"") && Contains("device=\"sw-<2>\""));
    CHECK_THAT(all.body, Contains("hallmonitor_build_info{"));
    CHECK_THAT(one.body, Contains("sw-1") && !Contains("sw-<2>") && !Contains("build_info"));
    CHECK_THAT(self.body, Contains("hallmonitor_http_connections 3") && !Contains("sw-1"));
    CHECK_THAT(site.get("/metrics/ifmib").body, Contains("ifHCInOctets{site=\"lincoln\""));
}

TEST_CASE("a page is had without readings, for those who have them by remote write", "[http]")
{
    Site site{two_sites()};

    const auto rest = site.get("/metrics?site=lincoln&readings=no").body;

    CHECK_THAT(rest, Contains("hallmonitor_device_state{"));
    CHECK_THAT(rest, !Contains("hallmonitor_interface_receive_bytes_total"));
    CHECK(
        site.get("/metrics?site=lincoln&readings=yes").body ==
        site.get("/metrics?site=lincoln").body
    );
    CHECK(site.get("/metrics?readings=maybe").status == 400);
}

TEST_CASE("answers are counted by route, what nobody serves as one", "[http]")
{
    Site site{two_sites()};

    CHECK(site.get("/wp-login.php").status == 404);
    CHECK(site.get("/etc/passwd").status == 404);
    CHECK(site.get("/metrics?site=lincoln").status == 200);

    const auto page = site.get("/metrics/self").body;
    CHECK_THAT(page, Contains(R"(hallmonitor_http_requests_total{code="404",path="other"} 2)"));
    CHECK_THAT(page, Contains(R"(hallmonitor_http_requests_total{code="200",path="/metrics"} 1)"));
}

TEST_CASE("an unknown parameter is refused with the names of the known ones", "[http]")
{
    Site site{two_sites()};

    const auto answer = site.get("/api/v1/report?sinec=24h");

    CHECK(answer.status == 400);
    CHECK_THAT(answer.body, Contains("known here: since, site, until."));
    CHECK_THAT(site.get("/sd?x=1").body, Contains("known here: none."));
}

TEST_CASE("a span that is none is refused with an example", "[http]")
{
    Site site{two_sites()};

    CHECK(site.get("/api/v1/report?since=yesterday").status == 400);
    CHECK(site.get("/api/v1/outages?since=1h&until=2h").status == 400);
    CHECK_THAT(site.get("/api/v1/report?since=yesterday").body, Contains("24h"));
}

TEST_CASE("readiness says why not", "[http]")
{
    Site ready{two_sites()};
    Site failing{two_sites(), "the disk is full"};

    CHECK(ready.get("/-/ready").status == 200);
    const auto answer = failing.get("/-/ready");
    CHECK(answer.status == 503);
    CHECK_THAT(answer.body, Contains("the disk is full"));
    CHECK(failing.get("/-/healthy").status == 200);
}

TEST_CASE("discovery gives a target a site under the name that was asked, and our own", "[http]")
{
    Site site{two_sites()};

    const auto groups = site.json("/sd", "collector.example:9848").as_array();

    REQUIRE(groups.size() == 3);
    std::set<std::string> sites;
    for (const auto& group : groups) {
        CHECK(group.at("targets").as_array().at(0) == "collector.example:9848");
        const auto& labels = group.at("labels").as_object();
        if (const auto* name = labels.if_contains("__param_site"))
            sites.insert(std::string{name->as_string()});
    }
    CHECK(sites == std::set<std::string>{"lincoln", "roosevelt"});
    CHECK(groups.at(2).at("labels").at("__metrics_path__") == "/metrics/self");
    CHECK(site.json("/sd").as_array().at(0).at("targets").as_array().at(0) == "127.0.0.1:9848");
}

TEST_CASE("devices come as one JSON document, made device by device", "[http]")
{
    Site site{two_sites()};

    CHECK(site.json("/api/v1/devices").at("devices").as_array().size() == 2);
    const auto one = site.json("/api/v1/devices?site=roosevelt");
    CHECK(one.at("devices").as_array().at(0).at("state") == "down");
    CHECK(site.json("/api/v1/devices?site=none").at("devices").as_array().empty());
    CHECK(Site{make_snapshot({})}.json("/api/v1/devices").at("devices").as_array().empty());
}

TEST_CASE("the home page shows hostile names as text", "[http]")
{
    Site site{two_sites()};

    const auto page = site.get("/");

    CHECK_THAT(page.content_type, StartsWith("text/html"));
    CHECK_THAT(page.body, Contains("sw-&lt;2&gt;") && !Contains("sw-<2>"));
    CHECK_THAT(page.body, !Contains("<script") && !Contains("style="));
    CHECK(site.get("/style.css").status == 200);
}

} // namespace routes_test
