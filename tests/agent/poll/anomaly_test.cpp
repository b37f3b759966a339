#include "agent/poll/anomaly_log.hpp"
#include "agent/poll/quarantine.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace anomaly_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

constexpr MonoTime start{1'000s};
const std::array<Finding, 1> circle{
    {{.what = Anomaly::not_increasing, .oid = "1.3.6.1.2.1.2.2.1.10.7", .detail = {}}}};
constexpr std::array<Finding, 0> nothing{};

} // namespace

TEST_CASE("each anomaly has a sentence with its object and a remedy", "[poll]")
{
    for (std::size_t number = 0; number < anomalies; ++number) {
        const auto what = static_cast<Anomaly>(number);
        const std::string text = sentence({.what = what, .oid = "1.3.6.1.2", .detail = "DETAIL"});
        CAPTURE(text);
        CHECK(text.find("1.3.6.1.2") != std::string::npos);
        CHECK(text.find_first_of("{}") == std::string::npos);
        CHECK(text.find(": ") != std::string::npos);
        CHECK(!topic(what).empty());
    }
}

TEST_CASE("the sentence of an anomaly says what, where, and what to do", "[poll]")
{
    CHECK(
        sentence(circle[0]) ==
        "goes in circles: OIDs do not increase at 1.3.6.1.2.1.2.2.1.10.7: restart its SNMP agent, "
        "update its firmware, or take that table out of its SNMP view; until then it is polled "
        "less often"
    );
}

TEST_CASE("an anomaly is told when it begins, and again only when it is over", "[poll]")
{
    AnomalyLog log;
    CHECK(log.take(circle, true, start).size() == 1);
    CHECK(log.take(circle, true, start + 1min).empty());
    for (int quiet = 1; quiet < 10; ++quiet)
        CHECK(log.take(nothing, true, start + 2min).empty());

    const auto over = log.take(nothing, true, start + 3min);

    REQUIRE(over.size() == 1);
    CHECK(!over[0].begins);
    CHECK(over[0].text == "no longer shows tables that go in circles");
    CHECK(log.take(circle, true, start + 4min).size() == 1);
}

TEST_CASE("silence does not end an anomaly", "[poll]")
{
    AnomalyLog log;
    static_cast<void>(log.take(circle, true, start));

    for (int cycle = 0; cycle < 100; ++cycle)
        CHECK(log.take(nothing, false, start + 1min).empty());
}

TEST_CASE("a device is told of twelve times an hour at most, and the rest when it may", "[poll]")
{
    AnomalyLog log;
    for (unsigned notice = 0; notice < AnomalyLog::notices_per_hour; ++notice)
        CHECK(log.may_tell(start));
    CHECK(!log.may_tell(start + 59min));
    CHECK(log.take(circle, true, start + 59min).empty());

    CHECK(log.take(circle, true, start + 60min).size() == 1);
}

TEST_CASE("a broken device is left alone for 1, 2, 4 ... 60 minutes", "[poll]")
{
    Quarantine quarantine;
    MonoTime began = start;
    for (const auto wait : {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min}) {
        quarantine.extend(began);
        CHECK(quarantine.holds(began + wait - 1s));
        CHECK(!quarantine.holds(began + wait));
        began = began + wait;
    }

    quarantine.end();
    quarantine.extend(began);

    CHECK(!quarantine.holds(began + 1min));
}

} // namespace anomaly_test
