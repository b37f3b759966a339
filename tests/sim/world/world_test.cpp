// Simulated districts in short: a few fixed seeds, a few new ones each time (a failure prints
// which), and every wrong part that the oracle must notice. HALLMONITOR_LONG=1 runs many more;
// district_world runs as many as there is time for (docs/reliability.md).

#include "tests/sim/world/scenario.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <random>

namespace world_test {

using namespace hallmonitor::world;
using namespace std::chrono_literals;

namespace {

bool is_long()
{
    return std::getenv("HALLMONITOR_LONG") != nullptr; // NOLINT(concurrency-mt-unsafe)
}

// Some that are always the same; beside them new ones where no fault is known
// (docs/reliability.md).
std::vector<std::uint64_t> seeds(bool with_new)
{
    std::vector<std::uint64_t> all{1, 2};
    if (!with_new) return all;
    std::random_device random;
    const std::size_t fresh = is_long() ? 200 : 1;
    for (std::size_t i = 0; i < fresh; ++i)
        all.push_back(random());
    return all;
}

void check(const char* name, Instant length, bool with_new = true)
{
    const Scenario* const scenario = find_scenario(name);
    REQUIRE(scenario != nullptr);
    for (const std::uint64_t seed : seeds(with_new)) {
        CAPTURE(name, seed, length.count());
        const WorldReport report =
            run(*scenario, world_of(*scenario, {.seed = seed, .length = length}));
        CHECK(report.complaints == std::vector<std::string>{});
        CHECK(report.counts.applied > 0);
    }
}

// The seed of the first world in which the oracle notices; 0: none.
std::uint64_t noticed(const char* name, const Mutations& mutations)
{
    constexpr std::uint64_t tries = 20;
    const Scenario& scenario = *find_scenario(name);
    for (std::uint64_t seed = 1; seed <= tries; ++seed) {
        const RunSetup setup{.seed = seed, .length = 90min, .mutations = mutations};
        if (!run(scenario, world_of(scenario, setup)).complaints.empty()) return seed;
    }
    return 0;
}

} // namespace

TEST_CASE("a calm district tells the truth", "[world]")
{
    check("calm", 3h);
}

TEST_CASE("whatever happens on the way, a district ends like its untroubled twin", "[world]")
{
    check("transport", 2h);
}

TEST_CASE("a spool that is full leaves readings out and tells the same life", "[world]")
{
    check("overflow", 6h);
    const Scenario& scenario = *find_scenario("overflow");
    const auto report = run(scenario, world_of(scenario, {.seed = 47, .length = 6h}));
    CHECK(report.counts.thinned > 0);
    CHECK(report.counts.lost == 0);
}

TEST_CASE("agents that are killed lose nothing that was durable", "[world]")
{
    check("kills", 3h);
}

TEST_CASE("damage costs what was damaged, and no more", "[world]")
{
    check("damage", 2h, false);
}

TEST_CASE("clocks that are set misdate nothing and count nothing twice", "[world]")
{
    check("clocks", 3h, false);
}

TEST_CASE("all faults at once, in a district of several schools", "[world]")
{
    const Scenario& scenario = *find_scenario("all");
    const WorldReport report =
        run(scenario, world_of(scenario, {.seed = 3, .length = 2h, .schools = 4, .devices = 2}));
    CHECK(report.complaints == std::vector<std::string>{});
}

TEST_CASE("one seed is one world", "[world]")
{
    const Scenario& scenario = *find_scenario("all");
    World one{world_of(scenario, {.seed = 5, .length = 1h})};
    World same{world_of(scenario, {.seed = 5, .length = 1h})};
    World other{world_of(scenario, {.seed = 6, .length = 1h})};

    const WorldReport report = one.run();

    CHECK(report.events == same.run().events);
    CHECK(one.figures() == same.figures());
    CHECK(report.events != other.run().events);
    CHECK_FALSE(one.figures() == other.figures());
}

TEST_CASE("an acknowledgement before the commit is noticed", "[world]")
{
    CHECK(noticed("transport", {.acks_before_commit = true}) != 0);
}

TEST_CASE("an applied set that is forgotten is noticed", "[world]")
{
    CHECK(noticed("transport", {.forgets_applied = true}) != 0);
}

TEST_CASE("history that is acknowledged and dropped is noticed", "[world]")
{
    CHECK(noticed("transport", {.drops_history = true}) != 0);
}

TEST_CASE("a disk that only claims to have synced is noticed", "[world]")
{
    CHECK(noticed("kills", {.syncs_nothing = true}) != 0);
}

TEST_CASE("numbers that are used again after a restart are noticed", "[world]")
{
    CHECK(noticed("kills", {.reuses_numbers = true}) != 0);
}

} // namespace world_test
