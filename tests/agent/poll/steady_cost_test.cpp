// What a switch is asked once it is known, beside what all that its profile names would cost.

#include "agent/facts/built_in_profiles.hpp"
#include "tests/agent/poll/school.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <string>

namespace steady_cost_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::School;

TEST_CASE(
    "a known switch costs a fifth of the requests that reading all of it takes", "[poll][facts]"
)
{
    School::Setup setup{.devices = 2, .ports = 48, .interval = 60s};
    setup.kind = "access";
    setup.profiles = *Catalogue::read(built_in_profiles()).config;
    School school{setup};

    school.run_for(90s);
    const auto& cycles = school.seen(1).cycles; // the first one is not pinged
    REQUIRE(cycles.size() >= 2);
    // Names and counters; what the profile names is asked behind the first cycle.
    const std::size_t all = cycles[0].requests + cycles[1].requests;
    school.run_for(1h);

    const std::size_t begun = 2;
    const std::size_t hour = std::accumulate(
        cycles.begin() + begun,
        cycles.end(),
        std::size_t{0},
        [](std::size_t sum, const auto& one) { return sum + one.requests; }
    );
    const std::size_t polls = cycles.size() - begun;
    std::string each;
    for (const auto& one : cycles)
        each += " " + std::to_string(one.requests);
    INFO(all << " requests for all, " << hour << " for " << polls << " polls:" << each);
    CHECK(polls >= 59);
    CHECK(5 * hour <= all * polls);
}

} // namespace steady_cost_test
