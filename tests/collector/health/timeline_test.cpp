#include "collector/health/timeline.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace timeline_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

constexpr WallTime start{std::chrono::seconds{1'700'000'000}};

Interval piece(int from, int to, State state)
{
    return {start + std::chrono::seconds{from}, start + std::chrono::seconds{to}, state};
}

Timeline timeline_of(const std::vector<Interval>& pieces)
{
    Timeline timeline;
    for (const Interval& interval : pieces)
        timeline.add(interval);
    return timeline;
}

std::vector<Interval> intervals_of(const Timeline& timeline)
{
    return {timeline.intervals().begin(), timeline.intervals().end()};
}

std::vector<Interval> random_pieces(std::mt19937& random, int count)
{
    constexpr std::array states{State::up, State::down, State::outside, State::unknown};
    std::vector<Interval> pieces;
    for (int i = 0; i < count; ++i) {
        const int from = static_cast<int>(random() % 300);
        const int length = static_cast<int>(random() % 25);
        pieces.push_back(piece(from, from + length, states.at(random() % states.size())));
    }
    return pieces;
}

bool is_normal(const Timeline& timeline)
{
    const auto intervals = timeline.intervals();
    const bool has_empty = std::any_of(intervals.begin(), intervals.end(), [](const Interval& i) {
        return i.to <= i.from || i.state == State::unknown;
    });
    const auto wrong =
        std::adjacent_find(intervals.begin(), intervals.end(), [](const auto& a, const auto& b) {
            return a.to > b.from || (a.to == b.from && a.state == b.state);
        });
    return !has_empty && wrong == intervals.end();
}

} // namespace

TEST_CASE("touching pieces of one state are one interval", "[health]")
{
    const Timeline timeline =
        timeline_of({piece(0, 10, State::up), piece(20, 30, State::up), piece(10, 20, State::up)});

    CHECK(intervals_of(timeline) == std::vector{piece(0, 30, State::up)});
}

TEST_CASE("what lies between pieces is unknown", "[health]")
{
    const Timeline timeline = timeline_of({piece(0, 10, State::up), piece(15, 20, State::down)});

    const Share share = timeline.share(start, start + 30s);

    CHECK(share == Share{.up = 10s, .down = 5s, .unknown = 15s, .outside = 0s});
    CHECK(*share.availability() == Approx(10.0 / 15));
    CHECK(*share.coverage() == Approx(0.5));
}

TEST_CASE("life begins with the first evidence, not with the window", "[health]")
{
    const Timeline timeline = timeline_of({piece(100, 200, State::up)});

    CHECK(timeline.share(start, start + 200s) == Share{.up = 100s});
    CHECK(timeline.share(start, start + 50s) == Share{});
    CHECK(timeline.begin() == start + 100s);
}

TEST_CASE("administratively down time is no part of availability or coverage", "[health]")
{
    const Timeline timeline = timeline_of({piece(0, 10, State::up), piece(10, 90, State::outside)});

    const Share share = timeline.share(start, start + 90s);

    CHECK(share.outside == 80s);
    CHECK(share.availability() == 1.0);
    CHECK(share.coverage() == 1.0);
}

TEST_CASE("without evidence there is neither availability nor coverage", "[health]")
{
    const Share nothing = Timeline{}.share(start, start + 1h);
    const Share outside = timeline_of({piece(0, 60, State::outside)}).share(start, start + 60s);

    CHECK(nothing.availability() == std::nullopt);
    CHECK(nothing.coverage() == std::nullopt);
    CHECK(outside.coverage() == std::nullopt);
}

TEST_CASE("where a clock was set back, up stands over down, whichever came first", "[health]")
{
    const Timeline down_first = timeline_of({piece(0, 30, State::down), piece(10, 20, State::up)});
    const Timeline up_first = timeline_of({piece(10, 20, State::up), piece(0, 30, State::down)});

    CHECK(
        intervals_of(down_first) ==
        std::vector{piece(0, 10, State::down), piece(10, 20, State::up), piece(20, 30, State::down)}
    );
    CHECK(intervals_of(up_first) == intervals_of(down_first));
}

TEST_CASE("neither order nor repetition of pieces changes a timeline", "[health]")
{
    std::mt19937 random{42};
    for (int round = 0; round < 300; ++round) {
        std::vector<Interval> pieces = random_pieces(random, 40);
        const Timeline once = timeline_of(pieces);
        pieces.insert(pieces.end(), pieces.begin(), pieces.begin() + 20);
        std::shuffle(pieces.begin(), pieces.end(), random);

        CAPTURE(round);
        REQUIRE(is_normal(once));
        REQUIRE(intervals_of(timeline_of(pieces)) == intervals_of(once));
        REQUIRE(intervals_of(timeline_of(intervals_of(once))) == intervals_of(once));
    }
}

TEST_CASE("parts of a window sum to the whole, and the whole to its length", "[health]")
{
    std::mt19937 random{43};
    for (int round = 0; round < 300; ++round) {
        const Timeline timeline = timeline_of(random_pieces(random, 20));
        if (timeline.intervals().empty()) continue;
        const WallTime from = *timeline.begin();
        const WallTime to = from + 400s;
        const WallTime cut = from + std::chrono::milliseconds{random() % 400'000};

        const Share left = timeline.share(from, cut);
        const Share right = timeline.share(cut, to);
        const Share whole = timeline.share(from, to);

        CAPTURE(round);
        REQUIRE(whole.up + whole.down + whole.unknown + whole.outside == to - from);
        REQUIRE(left.up + right.up == whole.up);
        REQUIRE(left.down + right.down == whole.down);
        REQUIRE(left.unknown + right.unknown == whole.unknown);
        REQUIRE(left.outside + right.outside == whole.outside);
    }
}

TEST_CASE("what was trimmed is forgotten and nothing else", "[health]")
{
    Timeline timeline =
        timeline_of({piece(0, 10, State::up), piece(10, 20, State::down), piece(30, 40, State::up)}
        );

    timeline.trim(start + 15s);

    CHECK(
        intervals_of(timeline) == std::vector{piece(15, 20, State::down), piece(30, 40, State::up)}
    );
}

} // namespace timeline_test
