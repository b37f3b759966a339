#include "collector/report/rows.hpp"
#include "collector/report/time_range.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace time_range_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

constexpr WallTime now{std::chrono::milliseconds{1'795'485'600'000}}; // 2026-11-24T02:00:00Z
constexpr WallTime midnight = now - 2h;

// Empty: refused.
std::optional<WallTime> parsed(std::string_view text, const ZoneOffset& zone = {})
{
    const auto moment = parse_moment(text, now, zone);
    if (!moment) return std::nullopt;
    return *moment;
}

// One hour east of UTC, two until 2026-10-25T01:00:00Z.
std::chrono::seconds berlin(WallTime at)
{
    return at.since_epoch < 1'792'890'000s ? 2h : 1h;
}

} // namespace

TEST_CASE("a span counts back from now", "[report]")
{
    CHECK(parsed("0s") == now);
    CHECK(parsed("90s") == now - 90s);
    CHECK(parsed("30m") == now - 30min);
    CHECK(parsed("24h") == now - 24h);
    CHECK(parsed("7d") == now - 7 * 24h);
}

TEST_CASE("a date is its midnight, a time may leave out seconds", "[report]")
{
    CHECK(parsed("2026-11-24") == midnight);
    CHECK(parsed("2026-11-24T08:30") == midnight + 8h + 30min);
    CHECK(parsed("2026-11-24 08:30:15") == midnight + 8h + 30min + 15s);
    CHECK(parsed("2026-11-24T08:30:15.25Z") == midnight + 8h + 30min + 15s + 250ms);
    CHECK(parsed("2024-02-29").has_value());
}

TEST_CASE("an offset that is written counts, else that of the zone at the time", "[report]")
{
    CHECK(parsed("2026-11-24T01:00:00+01:00") == midnight);
    CHECK(parsed("2026-11-23T18:30:00-05:30") == midnight);
    CHECK(parsed("2026-11-24", berlin) == midnight - 1h);
    CHECK(parsed("2026-11-24T00:00Z", berlin) == midnight);
    CHECK(parsed("2026-10-25", berlin) == parsed("2026-10-24T22:00Z"));
    CHECK(parsed("2026-10-26", berlin) == parsed("2026-10-25T23:00Z"));
}

TEST_CASE("what is no time is refused", "[report]")
{
    for (const char* text :
         {"",
          "h",
          "24",
          "24 h",
          "-1h",
          "1w",
          "99999999d",
          "yesterday",
          "2026-13-01",
          "2026-02-30",
          "2026-11-24T25:00:00Z",
          "2026-11-24T08",
          "2026-11-24T08:00:00Zx",
          "2026-11-24T08:00:00.Z",
          "2026-11-24T08:00:00+1",
          "2026-1-24",
          "+026-11-24",
          "2026-11-24T08:00:00+24:00"}) {
        INFO(text);
        CHECK_FALSE(parsed(text));
    }
}

TEST_CASE("times are written as RFC 3339 and read back", "[report]")
{
    CHECK(to_rfc3339(now) == "2026-11-24T02:00:00.000Z");
    CHECK(to_rfc3339(WallTime{}) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(now + 7ms) == "2026-11-24T02:00:00.007Z");
    CHECK(parsed(to_rfc3339(now + 7ms)) == now + 7ms);
    CHECK(to_rfc3339(WallTime{-1ms}) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("people's times carry the zone's offset", "[report]")
{
    CHECK(to_local(now, {}) == "2026-11-24 02:00:00 +00:00");
    CHECK(to_local(now, berlin) == "2026-11-24 03:00:00 +01:00");
    CHECK(to_local(now, [](WallTime) { return -(5h + 30min); }) == "2026-11-23 20:30:00 -05:30");
}

TEST_CASE("a time that is none is a dash, not an accident", "[report]")
{
    CHECK(human_time("nonsense", {}) == "-");
}

} // namespace time_range_test
