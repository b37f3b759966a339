// Faults that the simulated district has found, each by the fewest faults it takes
// (docs/reliability.md, "Faults it found").

#include "tests/sim/world/scenario.hpp"

#include <catch2/catch.hpp>

namespace found_test {

using namespace hallmonitor::world;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> complaints(
    std::uint64_t seed, std::vector<Fault> faults, Instant length = 20min
)
{
    World world{{.seed = seed, .length = length, .faults = std::move(faults)}};
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

TEST_CASE("a hello that lay unread lets no clock be too far ahead", "[world]")
{
    CHECK(
        complaints(
            20'047,
            {{.at = 128s, .kind = FaultKind::clock_back, .chance = 4'532'801},
             {.at = 184s, .kind = FaultKind::clock_forward, .chance = 6'141'877},
             {.at = 692s, .kind = FaultKind::books_refuse, .lasts = 383s},
             {.at = 778s, .kind = FaultKind::agent_kill, .lasts = 5s},
             {.at = 2'078s, .kind = FaultKind::clock_forward, .chance = 2'097'050}},
            1h
        ) == none
    );
}

TEST_CASE("ports are known by name after a restart that nobody saw", "[world]")
{
    // Renumbered, and restarted, while SNMP was stalled: its uptime is higher than it was before.
    World world{
        {.seed = 40'003,
         .length = 1h,
         .habits = {.poll_interval = 20s},
         .counters_wrap = true,
         .faults = {
             {.at = 674s, .kind = FaultKind::device_reboot, .lasts = 2s},
             {.at = 706s, .kind = FaultKind::device_stall, .lasts = 586s},
             {.at = 708s, .kind = FaultKind::device_renumber},
             {.at = 822s, .kind = FaultKind::device_reboot, .lasts = 3s},
         }}};
    CHECK(world.run().complaints == none);
}

} // namespace found_test
