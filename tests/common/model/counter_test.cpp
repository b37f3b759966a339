#include "common/model/counter.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <random>

namespace counter_test {

using namespace hallmonitor;

namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;

CounterStep narrow(std::uint64_t earlier, std::uint64_t later, std::uint64_t most)
{
    return {.earlier = earlier, .later = later, .wide = false, .same_epoch = true, .most = most};
}

CounterStep wide(std::uint64_t earlier, std::uint64_t later)
{
    return {.earlier = earlier, .later = later, .wide = true, .same_epoch = true, .most = 1};
}

} // namespace

TEST_CASE("a counter that grew counted the difference", "[model]")
{
    CHECK(advance(wide(10, 35)).amount == 25);
    CHECK(advance(narrow(10, 35, 1000)).amount == 25);
    CHECK(advance(narrow(10, 35, 0)).amount == 25);
    CHECK(advance(wide(7, 7)).amount == 0);
}

TEST_CASE("a 32-bit counter that wrapped once counted across the wrap", "[model]")
{
    const Counted counted = advance(narrow(wrap32 - 100, 50, 1000));

    CHECK(counted.verdict == CounterVerdict::counted);
    CHECK(counted.amount == 150);
}

TEST_CASE("a 32-bit counter that may have wrapped twice is ambiguous", "[model]")
{
    const Counted counted = advance(narrow(100, 200, wrap32));

    CHECK(counted.verdict == CounterVerdict::ambiguous);
    CHECK(counted.amount == std::nullopt);
}

TEST_CASE("a 32-bit counter that stepped back is no wrap", "[model]")
{
    // A wrap would have counted 4,294,967,196, which the port cannot carry.
    CHECK(advance(narrow(200, 100, 1'000'000)).verdict == CounterVerdict::ambiguous);
    CHECK(advance(narrow(200, 100, 0)).verdict == CounterVerdict::ambiguous);
}

TEST_CASE("a 64-bit counter that went down counted nothing", "[model]")
{
    const Counted counted = advance(wide(200, 100));

    CHECK(counted.verdict == CounterVerdict::stepped_back);
    CHECK(counted.amount == std::nullopt);
}

TEST_CASE("a 64-bit counter near its end is no wrap either", "[model]")
{
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();

    CHECK(advance(wide(largest - 5, largest)).amount == 5);
    CHECK(advance(wide(largest, 3)).verdict == CounterVerdict::stepped_back);
}

TEST_CASE("nothing is counted across a restart, whatever the values", "[model]")
{
    CounterStep step = wide(10, 35);
    step.same_epoch = false;

    CHECK(advance(step).verdict == CounterVerdict::reset);
    CHECK(advance(step).amount == std::nullopt);
}

TEST_CASE("amounts of a split step sum to the amount of the whole", "[model]")
{
    std::mt19937_64 random{7};
    for (int round = 0; round < 10'000; ++round) {
        const std::uint64_t start = random() % wrap32;
        const std::uint64_t first = random() % 1'000'000;
        const std::uint64_t second = random() % 1'000'000;
        const std::uint64_t middle = (start + first) % wrap32;
        const std::uint64_t end = (middle + second) % wrap32;

        const Counted parts[] = {
            advance(narrow(start, middle, 1'000'000)), advance(narrow(middle, end, 1'000'000))};
        const Counted whole = advance(narrow(start, end, 2'000'000));

        REQUIRE(whole.amount == first + second);
        REQUIRE(*parts[0].amount + *parts[1].amount == *whole.amount);
    }
}

} // namespace counter_test
