#include "tests/proxy/proxy.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace proxy_schedule_test {

using namespace hallmonitor::proxy;
using namespace std::chrono_literals;

namespace {

struct Seen {
    Instant at;
    std::string_view fault;
    Side side;
    std::optional<std::int64_t> argument;
    bool operator==(const Seen&) const = default;
};

std::vector<Seen> follow(std::uint64_t seed, Instant until)
{
    Schedule schedule{seed, 2s, 0s};
    std::vector<Seen> seen;
    for (Instant now{0}; now <= until; now = schedule.next_at()) {
        for (const auto& step : schedule.take_due(now)) {
            seen.push_back({now, step.fault->name, step.side, step.argument});
        }
    }
    return seen;
}

} // namespace

TEST_CASE("a schedule follows from its seed", "[proxy]")
{
    CHECK(follow(1, 100s) == follow(1, 100s));
    CHECK(follow(1, 100s) != follow(2, 100s));
}

TEST_CASE("a schedule tries every fault, within its range, and ends each", "[proxy]")
{
    std::set<std::string_view> names;
    int open = 0;
    for (const auto& step : follow(3, 2'000s)) {
        names.insert(step.fault);
        open += step.argument ? 1 : -1;
        const auto& fault = *find_fault(step.fault);
        const auto argument = step.argument.value_or(fault.least);
        CHECK(argument >= fault.least);
        CHECK(argument <= fault.most);
    }

    CHECK(names.size() == fault_kinds);
    CHECK(open >= 0);
    CHECK(open <= 6);
}

TEST_CASE("looking late at a schedule misses nothing", "[proxy]")
{
    Schedule late{5, 2s, 0s};
    const auto steps = late.take_due(100s);

    CHECK(steps.size() == follow(5, 100s).size());
    CHECK(late.next_at() > Instant{100s});
}

TEST_CASE("the proxy does what its schedule says until it is cleared", "[proxy]")
{
    Proxy proxy{1};
    proxy.begin_schedule(4, 2s, 0s);
    const auto steps = proxy.follow_schedule(0s);

    REQUIRE(steps.size() == 1);
    const auto kind = steps[0].fault->kind;
    CHECK((proxy.up().faults.is_on(kind) || proxy.down().faults.is_on(kind)));
    REQUIRE(proxy.next_at());
    proxy.clear();
    CHECK(!proxy.up().faults.is_on(kind));
    CHECK(!proxy.down().faults.is_on(kind));
    CHECK(!proxy.next_at());
}

TEST_CASE("new connections are dialled, refused, kept silent or left waiting", "[proxy]")
{
    Proxy proxy{1};
    CHECK(proxy.welcome() == Welcome::dial);
    proxy.set_fault(*find_fault("black-hole"), Side::down, 0);
    CHECK(proxy.welcome() == Welcome::silence);
    proxy.set_fault(*find_fault("refuse"), Side::up, 0);
    CHECK(proxy.welcome() == Welcome::refuse);
    CHECK(proxy.accepts());
    proxy.set_fault(*find_fault("freeze"), Side::both, 0);
    CHECK(!proxy.accepts());

    CHECK(proxy.counts().accepted == 3);
    CHECK(proxy.counts().silent == 1);
    CHECK(proxy.counts().refused == 1);
    CHECK(proxy.counts().open == 2);
}

} // namespace proxy_schedule_test
