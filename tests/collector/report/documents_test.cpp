#include "collector/report/documents.hpp"
#include "tests/collector/fleet.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace documents_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

/// A device whose life is these pieces, with nothing newer.
DeviceView device_with(const std::vector<Interval>& life, State present = State::unknown)
{
    auto device = make_device("lincoln", "sw-1", present, {});
    device.timeline = make_timeline(life);
    return device;
}

boost::json::array outages_of(const DeviceView& device, std::chrono::milliseconds since = 24h)
{
    const auto document =
        outages_document(*make_snapshot({device}), {.from = now - since, .to = now});
    return document.at("outages").as_array();
}

boost::json::value report_of(const DeviceView& device)
{
    const auto document = report_document(*make_snapshot({device}), {.from = now - 24h, .to = now});
    return document.at("objects").as_array().at(0);
}

} // namespace

TEST_CASE("an outage is told whole, though it began before the range", "[report]")
{
    const auto outages = outages_of(
        device_with({{now - 3h, now - 1h, State::down}, {now - 1h, now, State::up}}), 2h
    );

    REQUIRE(outages.size() == 1);
    CHECK(outages[0].at("from") == "2026-11-23T23:00:00.000Z");
    CHECK(outages[0].at("to") == "2026-11-24T01:00:00.000Z");
    CHECK(outages[0].at("duration_seconds") == 7'200.0);
    CHECK(outages[0].at("state") == "ended");
}

TEST_CASE("an outage that lasts has no end", "[report]")
{
    auto device = device_with({{now - 1h, now - 5s, State::down}}, State::down);

    const auto outages = outages_of(device);

    REQUIRE(outages.size() == 1);
    CHECK(outages[0].at("state") == "ongoing");
    CHECK(outages[0].at("to").is_null());
    CHECK(outages[0].at("duration_seconds") == 3'600.0);
}

TEST_CASE("an outage after which nobody looked is not said to have ended", "[report]")
{
    const auto last = outages_of(device_with({{now - 3h, now - 2h, State::down}}));
    const auto earlier =
        outages_of(device_with({{now - 3h, now - 2h, State::down}, {now - 1h, now, State::up}}));

    CHECK(last.at(0).at("state") == "unknown_after");
    CHECK(earlier.at(0).at("state") == "unknown_after");
}

TEST_CASE("outages outside the range and of other sites are left out", "[report]")
{
    const auto device = device_with({{now - 9h, now - 8h, State::down}});
    const ReportOptions elsewhere{.from = now - 24h, .to = now, .site = "roosevelt"};

    CHECK(outages_of(device, 2h).empty());
    CHECK(outages_document(*make_snapshot({device}), elsewhere).at("outages").as_array().empty());
}

TEST_CASE("a report divides time into up, down and unknown that sum to the life", "[report]")
{
    const auto row =
        report_of(device_with({{now - 10h, now - 9h, State::down}, {now - 9h, now - 2h, State::up}})
        );

    CHECK(row.at("up_seconds") == 7 * 3'600.0);
    CHECK(row.at("down_seconds") == 3'600.0);
    CHECK(row.at("unknown_seconds") == 2 * 3'600.0);
    CHECK(row.at("availability_ratio").as_double() == Approx(7.0 / 8));
    CHECK(row.at("coverage_ratio").as_double() == Approx(0.8));
}

TEST_CASE("with too little evidence a report gives no availability", "[report]")
{
    const auto row = report_of(device_with({{now - 10h, now - 9h, State::up}}));

    CHECK(row.at("availability_ratio").is_null());
    CHECK(row.at("coverage_ratio").as_double() == Approx(0.1));
}

TEST_CASE("only watched interfaces are reported", "[report]")
{
    const auto device = make_device(
        "lincoln", "sw-1", State::up, {{.key = "Gi0/1", .watched = true}, {.key = "Gi0/2"}}
    );

    const auto document = report_document(*make_snapshot({device}), {.from = now - 1h, .to = now});

    const auto& objects = document.at("objects").as_array();
    REQUIRE(objects.size() == 2);
    CHECK(objects.at(0).at("interface").is_null());
    CHECK(objects.at(1).at("interface") == "Gi0/1");
}

TEST_CASE("stale rates are null, and the page of devices is the document", "[report]")
{
    auto device = make_device("lincoln", "sw-1", State::up, {{.key = "1"}});
    read_last(device, 151s);
    auto silent = make_agent("lincoln", "a\xff");
    silent.connected = false;
    silent.id.name = "a";
    silent.software = "evil\xff\x1b[2J";
    const auto snapshot = make_snapshot({device}, {silent});

    auto page = devices_page(snapshot, std::nullopt);
    std::string text;
    while (page(text)) {
    }

    const auto document = devices_document(*snapshot, std::nullopt);
    CHECK(boost::json::parse(text) == document);
    const auto& row = document.at("devices").as_array().at(0).at("interfaces").as_array().at(0);
    CHECK(row.at("in_bps").is_null());
    CHECK(row.at("state") == "unknown");
    CHECK(document.at("silent_agents").as_array().at(0).at("agent") == "a");
    const auto agents = agents_document(*snapshot, std::nullopt);
    CHECK(agents.at("agents").as_array().at(0).at("software") == "evil\u00ff[2J");
}

} // namespace documents_test
