#include "common/model/range_set.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <set>

namespace range_set_test {

using namespace hallmonitor;

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

SeqRange range(std::uint64_t first, std::uint64_t last)
{
    return {Seq{first}, Seq{last}};
}

std::vector<SeqRange> ranges_of(const RangeSet& set)
{
    return {set.ranges().begin(), set.ranges().end()};
}

bool is_normal(const RangeSet& set)
{
    const auto ranges = set.ranges();
    const auto unsorted =
        std::adjacent_find(ranges.begin(), ranges.end(), [](const SeqRange& a, const SeqRange& b) {
            return a.last.value + 1 >= b.first.value;
        });
    return unsorted == ranges.end();
}

} // namespace

TEST_CASE("what two sets have in common is in ranges too", "[model]")
{
    RangeSet left;
    left.add(SeqRange{{1}, {5}});
    left.add(SeqRange{{8}, {20}});
    RangeSet right;
    right.add(SeqRange{{4}, {9}});
    right.add(SeqRange{{12}, {12}});
    right.add(SeqRange{{20}, {30}});
    RangeSet both;
    both.add(SeqRange{{4}, {5}});
    both.add(SeqRange{{8}, {9}});
    both.add(Seq{12});
    both.add(Seq{20});

    CHECK(left.common_with(right) == both);
    CHECK(right.common_with(left) == both);
    CHECK(left.common_with(RangeSet{}) == RangeSet{});
    CHECK(left.common_with(left) == left);
}

TEST_CASE("numbers that follow each other become one range", "[model]")
{
    RangeSet set;
    set.add(Seq{3});
    set.add(Seq{1});
    set.add(Seq{2});

    CHECK(ranges_of(set) == std::vector<SeqRange>{range(1, 3)});
}

TEST_CASE("a range that bridges a hole merges both sides", "[model]")
{
    RangeSet set;
    set.add(range(1, 10));
    set.add(range(20, 30));
    set.add(range(40, 50));

    set.add(range(11, 40));

    CHECK(ranges_of(set) == std::vector<SeqRange>{range(1, 50)});
}

TEST_CASE("a hole stays a hole", "[model]")
{
    RangeSet set;
    set.add(range(1, 4));
    set.add(range(6, 9));

    CHECK(ranges_of(set) == std::vector<SeqRange>{range(1, 4), range(6, 9)});
    CHECK(set.contains(Seq{4}));
    CHECK_FALSE(set.contains(Seq{5}));
    CHECK(set.contains(range(6, 9)));
    CHECK_FALSE(set.contains(range(4, 6)));
    CHECK_FALSE(set.contains(Seq{10}));
}

TEST_CASE("the largest number there is merges like any other", "[model]")
{
    RangeSet set;
    set.add(Seq{largest});
    set.add(range(5, 6));
    set.add(Seq{largest - 1});

    CHECK(ranges_of(set) == std::vector<SeqRange>{range(5, 6), range(largest - 1, largest)});

    set.add(range(1, largest));
    CHECK(ranges_of(set) == std::vector<SeqRange>{range(1, largest)});
}

TEST_CASE("any order of adding gives the set that single numbers give", "[model]")
{
    std::mt19937_64 random{20240611};
    for (int round = 0; round < 200; ++round) {
        RangeSet set;
        std::set<std::uint64_t> expected;
        for (int i = 0; i < 60; ++i) {
            const std::uint64_t first = 1 + random() % 120;
            const std::uint64_t last = first + random() % 4;
            set.add(range(first, last));
            for (std::uint64_t seq = first; seq <= last; ++seq)
                expected.insert(seq);
        }

        CAPTURE(round);
        REQUIRE(is_normal(set));
        for (std::uint64_t seq = 1; seq <= 125; ++seq)
            REQUIRE(set.contains(Seq{seq}) == expected.contains(seq));
    }
}

} // namespace range_set_test
