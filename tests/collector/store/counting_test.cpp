#include "collector/store/counting.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <random>

namespace counting_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;
constexpr BitsPerSecond gigabit{1'000'000'000};
constexpr BitsPerSecond megabits{10'000'000};
constexpr auto hold = 150s;

RowReading reading(std::int64_t second, Cell octets, BitsPerSecond speed, bool wide = true)
{
    RowReading out{.wide = wide ? ~std::uint32_t{0} : 0, .speed = speed};
    out.stamp = {
        .boot = 1,
        .mono = MonoTime{std::chrono::seconds{second}},
        .wall = WallTime{std::chrono::seconds{1'700'000'000 + second}},
        .uptime = DeviceTicks{static_cast<std::uint32_t>(10'000'000 + second * 100)},
    };
    out.counters.set(counter_slot(Metric::if_in_octets), octets);
    return out;
}

std::optional<std::uint64_t> octets(const RowReading& earlier, const RowReading& later)
{
    return count(earlier, later, hold).amounts[counter_slot(Metric::if_in_octets)];
}

} // namespace

TEST_CASE("octets between two readings are the difference", "[store]")
{
    CHECK(octets(reading(0, 100, gigabit), reading(60, 900, gigabit)) == 800);
}

TEST_CASE("a counter that one reading lacks counts nothing", "[store]")
{
    const RowStep step = count(reading(0, {}, gigabit), reading(60, 900, gigabit), hold);

    CHECK(step.amounts == Counters{});
    CHECK(step.resets == 0);
    CHECK(step.ambiguous == 0);
}

TEST_CASE("a 32-bit counter of a slow port counts across its wrap", "[store]")
{
    const auto earlier = reading(0, wrap32 - 1'000, megabits, false);
    const auto later = reading(60, 5'000, megabits, false);

    CHECK(octets(earlier, later) == 6'000);
}

TEST_CASE("a 32-bit counter that may have wrapped twice is left out and counted so", "[store]")
{
    const auto earlier = reading(0, 1'000, gigabit, false);
    const auto later = reading(60, 5'000, gigabit, false);

    const RowStep step = count(earlier, later, hold);

    CHECK(step.amounts == Counters{});
    CHECK(step.ambiguous == 1);
}

TEST_CASE("a 32-bit counter without a speed is compared only while evidence holds", "[store]")
{
    const auto earlier = reading(0, 1'000, {}, false);

    CHECK(octets(earlier, reading(60, 5'000, {}, false)) == 4'000);
    CHECK(octets(earlier, reading(3'600, 5'000, {}, false)) == std::nullopt);
    CHECK(octets(earlier, reading(60, 500, {}, false)) == std::nullopt);
}

TEST_CASE("nothing is counted across a restart of the device", "[store]")
{
    RowReading later = reading(60, 50'000, gigabit);
    later.stamp.uptime = DeviceTicks{1'000};

    const RowStep step = count(reading(0, 100, gigabit), later, hold);

    CHECK(step.amounts == Counters{});
    CHECK(step.resets == 1);
}

TEST_CASE("octets count on where only the SNMP agent restarted", "[store]")
{
    constexpr std::uint64_t high = 1'000'000'000'000;
    RowReading later = reading(60, high + 50'000, gigabit);
    later.stamp.uptime = DeviceTicks{1'000};
    later.discontinuity = 5;

    const RowStep step = count(reading(0, high, gigabit), later, hold);

    CHECK(step.amounts[counter_slot(Metric::if_in_octets)] == 50'000);
    CHECK(step.resets == 0);
    CHECK(step.went_on);
}

TEST_CASE("octets that may all be of after the restart are not taken for older ones", "[store]")
{
    // Forty seconds at a gigabit and a margin are 5.25 GB.
    RowReading later = reading(60, 5'200'000'000, gigabit);
    later.stamp.uptime = DeviceTicks{1'000};
    CHECK(octets(reading(0, 100, gigabit), later) == std::nullopt);

    // A speed that is nonsense proves nothing.
    later.speed = {10};
    CHECK(octets(reading(0, 100, {10}), later) == std::nullopt);

    later.counters.set(counter_slot(Metric::if_in_octets), 900'000'000'000);
    CHECK(octets(reading(0, 1'000'000'000'000, gigabit), later) == std::nullopt);
}

TEST_CASE("32-bit counters count on where one of them cannot have come so far since", "[store]")
{
    constexpr auto in_ucast = counter_slot(Metric::if_in_ucast);
    RowReading earlier = reading(0, wrap32 - 1'000, megabits, false);
    RowReading later = reading(10, 5'000, megabits, false);
    later.stamp.uptime = DeviceTicks{500};
    earlier.counters.set(in_ucast, 3'000'000'000);
    later.counters.set(in_ucast, 3'000'000'010);

    // Three thousand million packets in 35 s are more than a gigabit carries.
    CHECK(octets(earlier, later) == 6'000);

    // A hundred million may be of after the restart: that the octets wrapped may be a reset.
    earlier.counters.set(in_ucast, 70'000'000);
    later.counters.set(in_ucast, 70'000'010);
    CHECK(octets(earlier, later) == std::nullopt);

    // Nor does a counter that is stuck say anything.
    earlier.counters.set(in_ucast, 3'000'000'000);
    later.counters.set(in_ucast, 3'000'000'000);
    CHECK(octets(earlier, later) == std::nullopt);
}

TEST_CASE("a counter that fell without a wrap began anew, whatever others say", "[store]")
{
    RowReading earlier = reading(0, 1'000'000'000'000, gigabit);
    RowReading later = reading(10, 1'000'000'050'000, gigabit);
    later.stamp.uptime = DeviceTicks{500};
    CHECK(continuity_of(earlier, later) == Continuity::went_on);

    earlier.counters.set(counter_slot(Metric::if_in_errors), 7);
    later.counters.set(counter_slot(Metric::if_in_errors), 0);
    CHECK(continuity_of(earlier, later) == Continuity::began_anew);
    CHECK(octets(earlier, later) == std::nullopt);
}

TEST_CASE("where a row is unclear, the device's other rows decide", "[store]")
{
    const RowReading earlier = reading(0, 1'000, megabits, false);
    RowReading later = reading(10, 5'000, megabits, false);
    later.stamp.uptime = DeviceTicks{500};
    REQUIRE(continuity_of(earlier, later) == Continuity::unclear);

    const auto counted = [&](Continuity of_device) {
        return count(earlier, later, hold, of_device).amounts[counter_slot(Metric::if_in_octets)];
    };

    CHECK(counted(Continuity::went_on) == 4'000);
    CHECK(counted(Continuity::unclear) == std::nullopt);
    CHECK(counted(Continuity::began_anew) == std::nullopt);
}

TEST_CASE("nothing is counted across a discontinuity that both readings know", "[store]")
{
    RowReading earlier = reading(0, 100, gigabit);
    RowReading later = reading(60, 900, gigabit);
    earlier.discontinuity = 0;
    later.discontinuity = 10'003'000;
    CHECK(octets(earlier, later) == std::nullopt);

    later.discontinuity.reset();
    CHECK(octets(earlier, later) == 800);
}

TEST_CASE("a counter that changed its width begins anew", "[store]")
{
    CHECK(octets(reading(0, 100, gigabit, false), reading(60, 900, gigabit)) == std::nullopt);
}

TEST_CASE("a 64-bit counter that went down counts nothing", "[store]")
{
    const RowStep step = count(reading(0, 900, gigabit), reading(60, 100, gigabit), hold);

    CHECK(step.amounts == Counters{});
    CHECK(step.ambiguous == 1);
}

TEST_CASE("more than any port can carry is no count", "[store]")
{
    CHECK(
        octets(reading(0, 0, gigabit), reading(60, std::uint64_t{1} << 60, gigabit)) == std::nullopt
    );
}

TEST_CASE("a port may carry more than its speed says", "[store]")
{
    // ifSpeed of aggregates and virtual ports is often wrong: as measured, not clamped.
    CHECK(octets(reading(0, 0, megabits), reading(60, 7'500'000'000, megabits)) == 7'500'000'000);
}

TEST_CASE("an agent that restarted with its clock behind still counts", "[store]")
{
    RowReading later = reading(60, 900, gigabit);
    later.stamp.boot = 2;
    later.stamp.wall = later.stamp.wall - 24h;

    CHECK(octets(reading(0, 100, gigabit), later) == 800);
}

TEST_CASE("all counters at once count what each by itself does", "[store]")
{
    std::mt19937_64 random{20'261'127};
    constexpr std::array steps{
        std::uint64_t{0},
        std::uint64_t{700},
        wrap32 + 5,
        std::uint64_t{1} << 63,
        ~std::uint64_t{0}};
    for (int round = 0; round < 20'000; ++round) {
        RowReading earlier = reading(0, {}, gigabit);
        RowReading later = reading(60, {}, gigabit);
        const std::uint64_t some = random();
        const auto narrow = static_cast<std::uint32_t>(random() % 2 == 0 ? 0xf00 : some & random());
        later.wide = ~narrow;
        earlier.wide = random() % 9 == 0 ? ~std::uint32_t{0} : later.wide;
        for (std::size_t slot = 0; slot < interface_counters; ++slot) {
            const std::uint64_t start = random() >> (random() % 60);
            const std::uint64_t step = random() % 9 == 0 ? steps.at(random() % steps.size()) : 700;
            earlier.counters.set(slot, start);
            later.counters.set(slot, random() % 99 == 0 ? Cell{} : Cell{start + step});
        }
        const Counters all = count(earlier, later, hold).amounts;

        // With one counter missing on the other side no short cut is taken.
        for (std::size_t slot = 0; slot < interface_counters; ++slot) {
            RowReading one = earlier;
            one.counters.set((slot + 1) % interface_counters, std::nullopt);
            RowReading other = later;
            other.counters.set((slot + 1) % interface_counters, 1);
            REQUIRE(count(one, other, hold).amounts[slot] == all[slot]);
        }
    }
}

} // namespace counting_test
