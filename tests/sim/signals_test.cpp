#include "tests/sim/signals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace signals_test {

using namespace hallmonitor::sim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t heat = 0;
constexpr std::size_t state = 1;
constexpr std::size_t pages = 2;
constexpr std::size_t twice = 3;

Signals make_signals(std::uint64_t seed = 1, std::uint32_t device = 0)
{
    return Signals{
        seed,
        device,
        std::make_shared<const std::vector<SignalSpec>>(std::vector<SignalSpec>{
            {.name = "heat", .low = -5, .high = 25, .period = 100s},
            {.name = "state", .low = 2},
            {.name = "pages", .an_hour = 60},
            {.name = "twice", .formula = [](const Signals& all, Instant now) {
                 return 2 * all.value(state, now);
             }}})};
}

} // namespace

TEST_CASE("a gauge swings between its ends once a period", "[sim]")
{
    const auto signals = make_signals();
    std::vector<std::int64_t> seen;
    for (int second = 0; second < 100; ++second) {
        seen.push_back(signals.value(heat, std::chrono::seconds{second}));
    }

    CHECK(*std::min_element(seen.begin(), seen.end()) == -5);
    CHECK(*std::max_element(seen.begin(), seen.end()) >= 24);
    CHECK(signals.value(heat, 7s) == signals.value(heat, 107s));
    CHECK(signals.value(heat, 7s) == make_signals().value(heat, 7s));
    CHECK(make_signals(1, 1).value(heat, 7s) != make_signals(1, 2).value(heat, 7s));
}

TEST_CASE("an order stands until it is taken back, and what follows from it follows", "[sim]")
{
    auto signals = make_signals();
    REQUIRE(signals.value(twice, 1s) == 4);

    signals.set(state, 0, 5s);
    signals.set(state, 0, 8s);

    CHECK(signals.value(state, 9s) == 0);
    CHECK(signals.value(twice, 9s) == 0);
    CHECK(signals.since(state, 9s) == 4s);
    CHECK(signals.lasted(state) == 5s);
    signals.release(state, 11s);
    CHECK(signals.value(state, 12s) == 2);
    CHECK(signals.lasted(state) == 6s);
}

TEST_CASE(
    "a counter grows by the hour, from where it was set, and begins at 0 when restarted", "[sim]"
)
{
    auto signals = make_signals();
    const auto before = signals.value(pages, 0s);

    CHECK(signals.value(pages, 2h) == before + 120);
    signals.set(pages, 7, 3h);
    CHECK(signals.value(pages, 4h) == 67);
    signals.restart(5h);
    CHECK(signals.value(pages, 5h) == 0);
    CHECK(signals.value(pages, 5h + 30min) == 30);
}

TEST_CASE("what was served of a signal is known", "[sim]")
{
    auto signals = make_signals();
    signals.set(pages, 0, 0s);

    signals.note(pages, signals.value(pages, 1h), 1, 1h);
    signals.note(pages, signals.value(pages, 2h), 1, 2h);

    CHECK(signals.served(pages).times == 2);
    CHECK(signals.served(pages).first == 60);
    CHECK(signals.served(pages).value == 120);
    CHECK(signals.served(pages).counted == 60);
    CHECK(signals.served(pages).at == 2h);
    CHECK(signals.served(heat).times == 0);
}

} // namespace signals_test
