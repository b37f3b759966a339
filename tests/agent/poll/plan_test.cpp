#include "agent/poll/plan.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace plan_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

constexpr MonoTime start{1'000s};

} // namespace

TEST_CASE("a device is due first soon, then once an interval on a steady grid", "[poll]")
{
    Plan plan;
    plan.add(7, "sw-lib-1", 60s, start, 2s);

    CHECK(plan.next_due().value() >= start);
    CHECK(plan.next_due().value() < start + 2s);
    CHECK(plan.take_due(start + 2s) == std::vector<std::uint32_t>{7});

    const MonoTime second = plan.next_due().value();
    CHECK(plan.take_due(second) == std::vector<std::uint32_t>{7});
    CHECK(plan.next_due().value() - second == 60s);
}

TEST_CASE("slots that were missed are skipped, never caught up", "[poll]")
{
    Plan plan;
    plan.add(1, "sw-lib-1", 10s, start, 10s);

    CHECK(plan.take_due(start + 1h).size() == 1);
    CHECK(plan.take_due(start + 1h).empty());
    CHECK(plan.next_due().value() > start + 1h);
    CHECK(plan.next_due().value() <= start + 1h + 10s);
}

TEST_CASE("the phase is the same after a restart", "[poll]")
{
    Plan before;
    Plan after;
    before.add(1, "sw-lib-1", 60s, start, 0s);
    after.add(1, "sw-lib-1", 60s, start + 17min + 3s, 0s);
    static_cast<void>(before.take_due(start + 1min));
    static_cast<void>(after.take_due(start + 18min + 3s));

    CHECK((after.next_due().value() - before.next_due().value()) % 60s == 0us);
}

TEST_CASE("devices begin in waves of a quarter of a second", "[poll]")
{
    Plan plan;
    plan.add(1, "sw-lib-1", 60s, start, 0s);
    plan.add(2, "sw-lib-2", 1s, start, 0s);
    static_cast<void>(plan.take_due(start));

    for (int wave = 0; wave < 300; ++wave) {
        CHECK(plan.next_due().value().since_boot % 250ms == 0us);
        static_cast<void>(plan.take_due(plan.next_due().value()));
    }
}

TEST_CASE("devices spread over the interval", "[poll]")
{
    Plan plan;
    for (std::uint32_t number = 0; number < 1000; ++number)
        plan.add(number, "sw-" + std::to_string(number), 60s, start, 0s);
    static_cast<void>(plan.take_due(start));

    const std::size_t first_half = plan.take_due(start + 30s).size();

    CHECK(first_half > 400);
    CHECK(first_half < 600);
}

} // namespace plan_test
