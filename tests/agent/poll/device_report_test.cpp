// A device is told of when something changes, and often enough while nothing does.

#include "agent/poll/device_report.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace device_report_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

constexpr MonoTime start{1'000s};

DeviceConfig config(std::chrono::milliseconds interval)
{
    DeviceConfig config;
    config.name = "sw-lib-1";
    config.address = "192.0.2.1";
    config.snmp = SnmpSettings{};
    config.liveness.interval = interval;
    return config;
}

Verdict verdict(State state, MonoTime at)
{
    return {.device = 0, .state = state, .at = at, .since = start, .ping_up = true, .rtt = 300us};
}

// Seconds from the start at which a device that stays up is told of, checked as often.
std::vector<int> told_at(std::chrono::milliseconds interval, int checks)
{
    DeviceReport report{config(interval)};
    std::vector<int> told;
    for (int check = 0; check < checks; ++check) {
        const auto jitter = std::chrono::microseconds{check % 3 * 900};
        const MonoTime at = start + check * interval + jitter;
        report.take(verdict(State::up, at));
        if (report.take_reading())
            told.push_back(static_cast<int>((check * interval) / std::chrono::milliseconds{1s}));
    }
    return told;
}

} // namespace

TEST_CASE("while nothing changes a device is told of every five seconds at least", "[poll]")
{
    CHECK(told_at(10s, 4) == std::vector{0, 10, 20, 30});
    CHECK(told_at(1s, 13) == std::vector{0, 5, 10});
    CHECK(told_at(500ms, 13) == std::vector{0, 5});
    CHECK(told_at(3s, 5) == std::vector{0, 6, 12});

    DeviceReport report{config(1s)};
    CHECK(report.take_table(nullptr)->interval == 5s);
    DeviceReport rare{config(10s)};
    CHECK(rare.take_table(nullptr)->interval == 10s);
}

TEST_CASE("what changes is told at once", "[poll]")
{
    DeviceReport report{config(1s)};
    CHECK(report.take(verdict(State::up, start)));
    CHECK(report.take_reading());
    CHECK_FALSE(report.take(verdict(State::up, start + 1s)));
    CHECK_FALSE(report.take_reading());

    CHECK(report.take(verdict(State::down, start + 2s)));
    CHECK(report.take_reading());
    CHECK(report.take(verdict(State::up, start + 3s)));
    CHECK(report.take_reading());

    Verdict without_ping = verdict(State::up, start + 4s);
    without_ping.ping_up = false;
    CHECK_FALSE(report.take(without_ping));
    CHECK(report.take_reading());

    static_cast<void>(report.take(PollOutcome{.answered = true}, start + 4500ms));
    CHECK_FALSE(report.take(without_ping));
    CHECK(report.take_reading());
}

TEST_CASE("a table that is new is told with a reading", "[poll]")
{
    DeviceReport report{config(1s)};
    CHECK(report.take_table(nullptr));
    report.take(verdict(State::up, start));
    CHECK(report.take_reading());
    report.take(verdict(State::up, start + 1s));
    CHECK_FALSE(report.take_table(nullptr));
    CHECK_FALSE(report.take_reading());
}

} // namespace device_report_test
