#include "tests/proxy/pipe.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <string>

namespace pipe_test {

using namespace hallmonitor::proxy;
using namespace std::chrono_literals;

namespace {

/// A pipe with its line, spoken to in text.
struct Fixture {
    void set(FaultKind kind, std::optional<std::int64_t> argument)
    {
        line.faults.set(kind, argument);
    }
    void feed(std::string_view text, Instant now = 0s)
    {
        const std::vector<std::uint8_t> octets{text.begin(), text.end()};
        pipe.feed(octets, now);
    }
    /// What goes out at once.
    std::string step(Instant now)
    {
        const auto octets = pipe.ready(now);
        std::string text{octets.begin(), octets.end()};
        if (!text.empty()) pipe.written(text.size(), now);
        return text;
    }
    /// All that goes out without waiting.
    std::string all(Instant now)
    {
        std::string text;
        for (auto part = step(now); !part.empty(); part = step(now)) {
            text += part;
        }
        return text;
    }

    Line line;
    Pipe pipe{line, 7};
};

} // namespace

TEST_CASE("without a fault octets go through as they come, then the end", "[proxy]")
{
    Fixture fixture;
    fixture.feed("abc");
    fixture.feed("def");
    fixture.pipe.end(End::closed, 0s);

    CHECK(fixture.pipe.verdict(0s) == End::none);
    CHECK(fixture.pipe.next_at(0s) == Instant{0});
    CHECK(fixture.all(0s) == "abcdef");
    CHECK(fixture.pipe.verdict(0s) == End::closed);
    CHECK(fixture.line.taken == 6);
    CHECK(fixture.line.carried == 6);
}

TEST_CASE("delay holds octets and the end, and keeps their order under jitter", "[proxy]")
{
    Fixture fixture;
    fixture.set(FaultKind::delay, 100);
    fixture.set(FaultKind::jitter, 50);
    fixture.feed("abc", 0s);
    fixture.feed("def", 1ms);
    fixture.pipe.end(End::closed, 2ms);

    CHECK(fixture.all(99ms).empty());
    CHECK(fixture.all(152ms) == "abcdef");
    CHECK(fixture.pipe.verdict(153ms) == End::closed);

    Fixture later;
    later.set(FaultKind::delay, 100);
    later.pipe.end(End::closed, 0s);
    CHECK(later.pipe.verdict(99ms) == End::none);
    CHECK(later.pipe.next_at(99ms) == Instant{100ms});
    CHECK(later.pipe.verdict(100ms) == End::closed);
}

TEST_CASE("a throttled line carries its rate and not more", "[proxy]")
{
    Fixture fixture;
    fixture.set(FaultKind::throttle, 1'000);
    fixture.feed(std::string(2'000, 'x'));

    std::size_t carried = 0;
    for (auto now = Instant{0}; now < 1s; now = *fixture.pipe.next_at(now)) {
        carried += fixture.step(now).size();
    }

    CHECK(carried == 1'000);
}

TEST_CASE("a throttled line carries its rate though its sender is woken late", "[proxy]")
{
    Fixture fixture;
    fixture.set(FaultKind::throttle, 10'000);
    fixture.feed(std::string(20'000, 'x'));

    std::size_t carried = 0;
    for (auto now = Instant{0}; now < 1s; now = *fixture.pipe.next_at(now) + 10ms) {
        carried += fixture.step(now).size();
    }

    CHECK(carried <= 10'500);
    CHECK(carried >= 9'500);
}

TEST_CASE("one octet at a time goes out, with gaps", "[proxy]")
{
    Fixture fixture;
    fixture.set(FaultKind::byte_at_a_time, 250);
    fixture.feed("abc");

    CHECK(fixture.step(0s) == "a");
    CHECK(fixture.step(249us).empty());
    CHECK(fixture.step(250us) == "b");
    fixture.set(FaultKind::byte_at_a_time, std::nullopt);
    CHECK(fixture.step(500us) == "c");
}

TEST_CASE("what is held goes on later, the end too", "[proxy]")
{
    Fixture fixture;
    fixture.set(FaultKind::hold, 0);
    fixture.feed(std::string(Pipe::capacity, 'x'));
    fixture.pipe.end(End::reset, 0s);

    CHECK(fixture.pipe.room() == 0);
    CHECK(fixture.all(9s).empty());
    CHECK(fixture.pipe.verdict(9s) == End::none);
    CHECK(!fixture.pipe.next_at(9s));
    fixture.set(FaultKind::hold, std::nullopt);
    CHECK(fixture.all(9s).size() == Pipe::capacity);
    CHECK(fixture.pipe.verdict(9s) == End::reset);
}

TEST_CASE("what a black hole has taken from is dead for good", "[proxy]")
{
    Fixture fixture;
    fixture.feed("abc");
    fixture.set(FaultKind::black_hole, 0);

    CHECK(fixture.all(0s).empty());
    fixture.set(FaultKind::black_hole, std::nullopt);
    fixture.feed("def");
    CHECK(fixture.all(1s).empty());
    CHECK(fixture.line.lost == 6);
    fixture.pipe.end(End::closed, 2s);
    CHECK(fixture.pipe.verdict(2s) == End::closed);
}

TEST_CASE("a black hole that took nothing harms nothing, but swallows an end", "[proxy]")
{
    Fixture fixture;
    fixture.set(FaultKind::black_hole, 0);
    CHECK(fixture.all(0s).empty());
    fixture.set(FaultKind::black_hole, std::nullopt);
    fixture.feed("abc");
    CHECK(fixture.all(0s) == "abc");

    fixture.set(FaultKind::black_hole, 0);
    fixture.pipe.end(End::closed, 1s);
    fixture.set(FaultKind::black_hole, std::nullopt);
    CHECK(fixture.pipe.is_ended());
    CHECK(fixture.pipe.is_end_lost());
    CHECK(fixture.pipe.verdict(2s) == End::none);
}

TEST_CASE("a reset comes after a drawn number of octets, within a frame", "[proxy]")
{
    Fixture fixture;
    fixture.feed("before");
    CHECK(fixture.all(0s) == "before");
    fixture.set(FaultKind::reset, 100);
    fixture.feed(std::string(1'000, 'x'));

    const auto carried = fixture.all(0s).size();

    CHECK(carried >= 1);
    CHECK(carried <= 100);
    CHECK(fixture.pipe.verdict(0s) == End::reset);
    // Off before it has happened: nothing happens.
    fixture.set(FaultKind::reset, std::nullopt);
    CHECK(fixture.pipe.verdict(0s) == End::none);
}

TEST_CASE("a half-close without octets comes at once", "[proxy]")
{
    Fixture fixture;
    CHECK(fixture.pipe.verdict(0s) == End::none);
    fixture.set(FaultKind::half_close, 0);
    CHECK(fixture.pipe.verdict(0s) == End::closed);
    CHECK(!fixture.pipe.is_ended());
}

TEST_CASE("corruption flips single bits about as often as asked", "[proxy]")
{
    Fixture fixture;
    fixture.set(FaultKind::corrupt, 100);
    fixture.feed(std::string(100'000, '\0'));

    const auto text = fixture.all(0s);

    const auto bits = std::accumulate(text.begin(), text.end(), 0U, [](unsigned sum, char octet) {
        return sum + static_cast<unsigned>(__builtin_popcount(static_cast<std::uint8_t>(octet)));
    });
    CHECK(bits == fixture.line.flipped);
    CHECK(bits > 800);
    CHECK(bits < 1'200);
}

TEST_CASE("the same seed draws the same", "[proxy]")
{
    Fixture one;
    Fixture other;
    for (auto* fixture : {&one, &other}) {
        fixture->set(FaultKind::corrupt, 50);
        fixture->set(FaultKind::reset, 5'000);
        fixture->feed(std::string(10'000, 'x'));
    }

    CHECK(one.all(0s) == other.all(0s));
}

} // namespace pipe_test
