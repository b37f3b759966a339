#include "collector/store/stamp.hpp"

#include <catch2/catch.hpp>

namespace stamp_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t last_tick = 0xffff'ffff;

Stamp stamp(std::int64_t second, std::optional<std::uint32_t> ticks, std::uint64_t boot = 1)
{
    Stamp out{
        .boot = boot,
        .mono = MonoTime{std::chrono::seconds{second}},
        .wall = WallTime{std::chrono::seconds{1'700'000'000 + second}},
    };
    if (ticks) out.uptime = DeviceTicks{*ticks};
    return out;
}

} // namespace

TEST_CASE("an uptime that wraps after 497 days is no restart", "[store]")
{
    const Stamp earlier = stamp(0, last_tick - 3'000);
    const Stamp later = stamp(60, 2'999);

    CHECK(uptime_between(earlier, later) == Uptime::wrapped);
    CHECK_FALSE(has_restarted(earlier, later));
    CHECK(seconds(between(earlier, later)) == Approx(60.0));
}

TEST_CASE("a restart near the 497-day wrap is a restart", "[store]")
{
    CHECK(has_restarted(stamp(0, last_tick - 20'000), stamp(60, 1'000)));
    CHECK(has_restarted(stamp(0, last_tick - 100), stamp(3'600, 1'000)));
}

TEST_CASE("an uptime that fell is a restart", "[store]")
{
    CHECK(has_restarted(stamp(0, 5'000'000), stamp(60, 1'500)));
}

TEST_CASE("a restart shows although the new uptime is greater", "[store]")
{
    // Up for 100 s, then unseen for an hour, and up for 30 minutes.
    CHECK(has_restarted(stamp(0, 10'000), stamp(3'600, 180'000)));
}

TEST_CASE("an answer that was read late is no restart", "[store]")
{
    // The agent stood still for ten minutes; the answer had waited in its socket.
    const Stamp earlier = stamp(0, 90'000'000);
    const Stamp later = stamp(660, 90'006'000);

    CHECK(uptime_between(earlier, later) == Uptime::continuous);
    CHECK(seconds(between(earlier, later)) == Approx(60.0));
}

TEST_CASE("a kernel has no uptime and never restarts", "[store]")
{
    CHECK(uptime_between(stamp(0, std::nullopt), stamp(60, 5)) == Uptime::unknown);
}

TEST_CASE("time is the monotonic clock's within a boot and the wall's across boots", "[store]")
{
    Stamp later = stamp(60, std::nullopt);
    later.wall = later.wall + 1h;

    CHECK(time_between(stamp(0, std::nullopt), later) == 60s);
    later.boot = 2;
    CHECK(time_between(stamp(0, std::nullopt), later) == 3'660s);
    later.wall = stamp(-5, std::nullopt).wall;
    CHECK(time_between(stamp(0, std::nullopt), later) == 0s);
}

TEST_CASE("steps below ten seconds are measured by the agent's finer clock", "[store]")
{
    CHECK(seconds(between(stamp(0, 1'000), stamp(5, 1'490))) == Approx(5.0));
    CHECK(seconds(between(stamp(0, 1'000), stamp(60, 6'990))) == Approx(59.9));
}

TEST_CASE("a step begins where the clock of its end says, once the clock was set", "[store]")
{
    const Stamp earlier = stamp(0, std::nullopt);
    Stamp slewed = stamp(60, std::nullopt);
    slewed.wall = slewed.wall + 300ms;
    Stamp set_back = stamp(60, std::nullopt);
    set_back.wall = set_back.wall - 1h;

    CHECK(start_of_step(earlier, slewed) == earlier.wall);
    CHECK(start_of_step(earlier, set_back) == earlier.wall - 1h);
}

TEST_CASE("moments on which arithmetic would overflow are not sane", "[store]")
{
    Stamp far = stamp(0, std::nullopt);
    far.wall = WallTime{std::chrono::milliseconds::max()};
    Stamp negative = stamp(0, std::nullopt);
    negative.mono = MonoTime{std::chrono::microseconds::min()};

    CHECK(is_sane(stamp(0, std::nullopt)));
    CHECK_FALSE(is_sane(far));
    CHECK_FALSE(is_sane(negative));
}

} // namespace stamp_test
