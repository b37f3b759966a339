// Faults that the simulated district has found, each by the fewest faults it takes
// (docs/reliability.md, "Faults it found").

#include "tests/sim/world/scenario.hpp"

#include <catch2/catch.hpp>

namespace found_test {

using namespace hallmonitor::world;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> complaints(std::uint64_t seed, std::vector<Fault> faults)
{
    World world{{.seed = seed, .length = 20min, .faults = std::move(faults)}};
    return world.run().complaints;
}

const std::vector<std::string> none;

} // namespace

TEST_CASE("a clock in 1970 does not make a life begin in 1970", "[world]")
{
    CHECK(
        complaints(40, {{.at = 700s, .kind = FaultKind::clock_1970, .lasts = 3h, .chance = 7}}) ==
        none
    );
}

TEST_CASE("a disk that cannot be read for a while loses nothing", "[world]")
{
    CHECK(
        complaints(
            4,
            {{.at = 600s, .kind = FaultKind::line_cut, .lasts = 60s},
             {.at = 655s, .kind = FaultKind::disk_read_fails, .lasts = 18s}}
        ) == none
    );
}

TEST_CASE("a spool that cannot be read at a start is there at the next one", "[world]")
{
    CHECK(
        complaints(
            14,
            {{.at = 500s, .kind = FaultKind::line_cut, .lasts = 5min},
             {.at = 600s, .kind = FaultKind::agent_kill, .lasts = 2s},
             {.at = 601s, .kind = FaultKind::disk_read_fails, .lasts = 10s},
             {.at = 700s, .kind = FaultKind::agent_kill, .lasts = 2s}}
        ) == none
    );
}

TEST_CASE("a flipped bit in the newest segment silences no agent", "[world]")
{
    CHECK(
        complaints(
            21,
            {{.at = 314s, .kind = FaultKind::collector_power_cut, .lasts = 108s},
             {.at = 355s, .kind = FaultKind::disk_bit_flip}}
        ) == none
    );
}

TEST_CASE("a spool that cannot be read at a start is told in the same life", "[world]")
{
    CHECK(
        complaints(
            119,
            {{.at = 500s, .kind = FaultKind::line_cut, .lasts = 5min},
             {.at = 700s, .kind = FaultKind::agent_kill, .lasts = 2s},
             {.at = 700s, .kind = FaultKind::disk_read_fails, .lasts = 10s}}
        ) == none
    );
}

} // namespace found_test
