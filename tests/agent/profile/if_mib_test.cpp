#include "agent/profile/if_mib.hpp"

#include <catch2/catch.hpp>

namespace if_mib_test {

using namespace hallmonitor;
using agent::if_mib::plausible_speed;

TEST_CASE("a port's speed is ifHighSpeed where that is one, else ifSpeed", "[profile]")
{
    CHECK(plausible_speed(std::nullopt, 1'000) == Cell{1'000'000'000});
    CHECK(plausible_speed(1'410'065'408, 10'000) == Cell{10'000'000'000});
    CHECK(plausible_speed(100'000'000, 0) == Cell{100'000'000});
    CHECK(plausible_speed(100'000'000, std::nullopt) == Cell{100'000'000});
    CHECK(plausible_speed(std::nullopt, std::nullopt) == Cell{});
    CHECK(plausible_speed(0, 0) == Cell{0});
}

TEST_CASE("an ifHighSpeed that was given in bit/s is no terabits", "[profile]")
{
    CHECK(plausible_speed(1'000'000'000, 1'000'000'000) == Cell{1'000'000'000});
    CHECK(plausible_speed(std::nullopt, 1'000'000'000) == Cell{1'000'000'000});
    CHECK(plausible_speed(1'544'000, 1'544'000) == Cell{1'544'000});
    CHECK(plausible_speed(std::nullopt, 4'294'901'759) == Cell{0});
    CHECK(plausible_speed(4'294'967'295, 4'294'967'295) == Cell{0});
    // Four ports of 400 Gbit/s as one.
    CHECK(plausible_speed(4'294'967'295, 1'600'000) == Cell{1'600'000'000'000});
}

} // namespace if_mib_test
