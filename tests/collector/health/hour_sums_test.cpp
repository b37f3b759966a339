#include "collector/health/hour_sums.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace hour_sums_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

constexpr WallTime noon{std::chrono::hours{472'224}};

Counters octets(std::uint64_t amount)
{
    Counters amounts;
    amounts.set(0, amount);
    return amounts;
}

std::uint64_t sum_of(const std::vector<HourSums::Hour>& hours)
{
    std::uint64_t sum = 0;
    for (const HourSums::Hour& hour : hours)
        sum += hour.rows.at(2)[0];
    return sum;
}

} // namespace

TEST_CASE("a step within an hour belongs to that hour", "[health]")
{
    HourSums sums;
    sums.add(2, octets(100), noon + 5min, noon + 6min);
    sums.add(2, octets(11), noon + 6min, noon + 7min);

    const auto taken = sums.take();

    REQUIRE(taken.size() == 1);
    CHECK(taken[0].begin == noon);
    CHECK(taken[0].rows.at(2)[0] == 111);
    CHECK(sums.take().empty());
}

TEST_CASE("a step across hours is split by time", "[health]")
{
    HourSums sums;
    sums.add(2, octets(120), noon - 10min, noon + 110min);

    const auto taken = sums.take();

    REQUIRE(taken.size() == 3);
    CHECK(taken[0].begin == noon - 1h);
    CHECK(taken[0].rows.at(2)[0] == 10);
    CHECK(taken[1].rows.at(2)[0] == 60);
    CHECK(taken[2].rows.at(2)[0] == 50);
}

TEST_CASE("whatever is split sums to exactly what was counted", "[health]")
{
    std::mt19937_64 random{11};
    for (int round = 0; round < 1'000; ++round) {
        HourSums sums;
        const std::uint64_t amount = random() >> (8 + random() % 40);
        const auto length = std::chrono::milliseconds{1 + random() % 400'000'000};
        const WallTime from = noon + std::chrono::milliseconds{random() % 3'600'000};

        sums.add(2, octets(amount), from, from + length);

        REQUIRE(sum_of(sums.take()) == amount);
    }
}

TEST_CASE("a step over years ends in its last hour instead of ten thousand", "[health]")
{
    HourSums sums;
    sums.add(2, octets(7), noon - 24h * 4'000, noon);

    CHECK(sums.take().size() == 1);
}

TEST_CASE("a step that runs backwards belongs to its end", "[health]")
{
    HourSums sums;
    sums.add(2, octets(7), noon + 3h, noon);

    const auto taken = sums.take();

    REQUIRE(taken.size() == 1);
    CHECK(taken[0].begin == noon);
}

} // namespace hour_sums_test
