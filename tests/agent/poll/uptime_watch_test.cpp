#include "agent/poll/uptime_watch.hpp"

#include <catch2/catch.hpp>

namespace uptime_watch_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

DeviceTicks ticks(std::chrono::seconds uptime)
{
    return DeviceTicks{static_cast<std::uint32_t>(uptime.count() * 100)};
}

// Whether a device that had run for `before` has restarted when `passed` later it has for `after`.
bool restarted(std::chrono::seconds before, std::chrono::seconds passed, std::chrono::seconds after)
{
    UptimeWatch watch{0ms};
    CHECK_FALSE(watch.note(ticks(before), MonoTime{1'000s}));
    return watch.note(ticks(after), MonoTime{1'000s + passed});
}

} // namespace

TEST_CASE("a device that has run for less than before restarted", "[poll]")
{
    CHECK(restarted(1h, 60s, 20s));
    CHECK_FALSE(restarted(1h, 60s, 1h + 60s));
}

TEST_CASE("so did one that nobody reached until it had run for longer than before", "[poll]")
{
    CHECK(restarted(6s, 600s, 456s));
    CHECK_FALSE(restarted(6s, 600s, 606s));
    CHECK_FALSE(restarted(6s, 600s, 580s)); // its clock is a little slow
}

TEST_CASE("an uptime that lags or stands still is no restart", "[poll]")
{
    CHECK_FALSE(restarted(24h, 600s, 24h + 300s)); // it cannot have begun in that time
    CHECK_FALSE(restarted(6s, 600s, 6s));
    CHECK_FALSE(restarted(0s, 600s, 0s));
}

} // namespace uptime_watch_test
