// Less detail, and yet the same life: what was seen of each object and what its counters counted
// are as in the whole segment.

#include "agent/spool/thinning.hpp"
#include "common/limits.hpp"
#include "common/model/counter.hpp"
#include "tests/agent/spool/spool_files.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <map>

namespace thinning_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

using Segment = std::vector<std::vector<std::byte>>;

constexpr std::uint64_t boot = 42;
constexpr int minute = 60;

TableDefinition ports()
{
    return {
        .device = "sw1",
        .kind = TableKind::interface,
        .interval = 60s,
        .columns = {Metric::if_oper_status, Metric::if_in_octets, Metric::if_speed},
        .rows = {{.key = "Gi1", .wide_columns = 2}, {.key = "Gi2"}},
    };
}

TableDefinition liveness()
{
    return {
        .device = "sw1",
        .kind = TableKind::device,
        .interval = 5s,
        .columns = {Metric::device_state, Metric::device_ping_rtt},
        .rows = {{.key = ""}},
    };
}

ClockAnchor anchor_at(int second)
{
    return {
        .mono = MonoTime{std::chrono::seconds{second}},
        .wall = WallTime{std::chrono::seconds{1'700'000'000 + second}},
    };
}

// What the device says at a second; nothing while nobody asks.
struct Life {
    std::function<bool(int)> is_asked = [](int) { return true; };
    std::function<std::uint64_t(int)> second_port = [](int) { return std::uint64_t{1}; };
    std::function<std::uint64_t(int)> octets = [](int second) {
        return static_cast<std::uint64_t>(second) * 1'000;
    };
    std::uint64_t speed{0}; // of both ports
};

// Batches of a minute each, numbered on, of the seconds [begin, end).
Segment told(BatchEncoder& encoder, const Life& life, int begin, int end)
{
    Segment segment;
    for (int second = begin; second < end; ++second) {
        const MonoTime at{std::chrono::seconds{second}};
        if (life.is_asked(second) && second % 5 == 0) {
            const auto rtt = static_cast<std::uint64_t>(100 + second % 7);
            REQUIRE(encoder.add("sw1", TableKind::device, {.taken_at = at, .cells = {{1, rtt}}}));
        }
        if (life.is_asked(second) && second % minute == 30) {
            const std::uint64_t octets = life.octets(second);
            const auto ticks = static_cast<std::uint32_t>(second * 100);
            REQUIRE(encoder.add(
                "sw1",
                TableKind::interface,
                {.taken_at = at,
                 .uptime = DeviceTicks{ticks},
                 .cells =
                     {{1,
                       life.second_port(second),
                       octets,
                       octets % 0x1'0000'0000,
                       life.speed,
                       life.speed}}}
            ));
        }
        if (second == 400) encoder.add(Event{at, "sw1", "test", "something happened"});
        if (second % minute == minute - 1) segment.push_back(encoder.seal(anchor_at(second)).bytes);
    }
    return segment;
}

BatchEncoder encoder_of_both()
{
    BatchEncoder encoder{test::epoch, Seq{1}, boot};
    encoder.define(liveness());
    encoder.define(ports());
    return encoder;
}

Segment thinned(const Segment& whole, std::chrono::milliseconds spacing)
{
    const auto done = thin(whole, spacing);
    REQUIRE(done.has_value());
    Segment bytes;
    for (const SealedBatch& batch : done->batches)
        bytes.push_back(batch.bytes);
    return bytes;
}

// What somebody learns of a row by these segments: its state at every second that was seen, by the
// rule of evidence (D2), and how much its counter grew.
struct Learnt {
    std::map<std::int64_t, std::uint64_t> states; // by second
    std::uint64_t octets{0};
    bool operator==(const Learnt&) const = default;
};

void learn(Learnt& into, const Step& step, std::size_t row)
{
    if (!step.earlier) return;
    const std::size_t rows = step.table->rows.size();
    const TableReading& before = step.earlier->reading;
    const TableReading& after = step.later->reading;
    const auto hold = evidence_hold(step.table->interval) + after.covered;
    const auto seen = std::min<std::chrono::microseconds>(after.taken_at - before.taken_at, hold);
    for (auto passed = 0s; passed < seen; ++passed) {
        const auto at = before.taken_at.since_boot + passed;
        into.states[at / 1s] = *before.cells[row];
    }
    if (step.table->kind != TableKind::interface) return;
    const std::uint64_t from = *before.cells[rows + row];
    const std::uint64_t to = *after.cells[rows + row];
    const bool is_wide = step.table->rows[row].wide_columns != 0;
    const BitsPerSecond speed{*after.cells[2 * rows + row]};
    const bool is_ambiguous =
        !is_wide && speed.value > 0 && after.taken_at - before.taken_at > longest_unread(speed);
    if (is_ambiguous) return;
    into.octets += is_wide ? to - from : (to - from) & 0xffff'ffff;
}

std::map<std::string, Learnt> learnt_of(const std::vector<Segment>& segments)
{
    std::map<std::string, Learnt> all;
    for (const Segment& segment : segments) {
        BatchDecoder decoder;
        for (const auto& bytes : segment) {
            const auto batch = decoder.decode(bytes);
            REQUIRE(batch.has_value());
            for (const Step& step : batch->steps)
                for (std::size_t row = 0; row < step.table->rows.size(); ++row)
                    learn(all[step.table->rows[row].key], step, row);
        }
    }
    return all;
}

std::size_t readings_in(const Segment& segment)
{
    BatchDecoder decoder;
    std::size_t readings = 0;
    for (const auto& bytes : segment)
        readings += decoder.decode(bytes).value().steps.size();
    return readings;
}

std::size_t size_of(const Segment& segment)
{
    std::size_t octets = 0;
    for (const auto& bytes : segment)
        octets += bytes.size();
    return octets;
}

// The same is learnt by two segments thinned as by the whole ones.
void check_same_life(const Life& life)
{
    BatchEncoder encoder = encoder_of_both();
    std::vector<Segment> whole{told(encoder, life, 0, 30 * minute)};
    encoder.start_segment();
    whole.push_back(told(encoder, life, 30 * minute, 60 * minute));
    const auto expected = learnt_of(whole);
    REQUIRE_FALSE(expected.at("Gi1").states.empty());
    for (const Detail detail : {Detail::coarse, Detail::states}) {
        CAPTURE(detail);
        const auto spacing = spacing_of(detail);
        const std::vector<Segment> less{thinned(whole[0], spacing), thinned(whole[1], spacing)};
        CHECK(learnt_of(less) == expected);
        CHECK(learnt_of({less[0], whole[1]}) == expected);
        CHECK(size_of(less[0]) < size_of(whole[0]));
    }
    // What was thinned may be thinned again.
    const std::vector<Segment> twice{
        thinned(thinned(whole[0], spacing_of(Detail::coarse)), spacing_of(Detail::states)),
        whole[1],
    };
    CHECK(learnt_of(twice) == expected);
}

} // namespace

TEST_CASE("a thinned segment keeps a reading every five minutes and the last", "[spool]")
{
    BatchEncoder encoder = encoder_of_both();
    const Segment whole = told(encoder, {}, 0, 30 * minute);
    const Segment less = thinned(whole, 5min);

    // 360 of the device and 30 of the ports: the first, one every five minutes, the last.
    CHECK(readings_in(whole) == 390);
    CHECK(readings_in(less) <= 2 * 8);
    CHECK(readings_in(less) >= 2 * 7);
    CHECK(thin(whole, 5min)->left_out == readings_in(whole) - readings_in(less));
    CHECK(readings_in(thinned(whole, spacing_of(Detail::states))) == 2 * 2);
}

TEST_CASE("batches of a thinned segment have their numbers, times and events", "[spool]")
{
    BatchEncoder encoder = encoder_of_both();
    const Segment whole = told(encoder, {}, 0, 30 * minute);
    const Segment less = thinned(whole, 5min);
    REQUIRE(less.size() == whole.size());
    BatchDecoder one;
    BatchDecoder other;
    std::size_t events = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const auto a = one.decode(whole[i]).value();
        const auto b = other.decode(less[i]).value();
        CHECK(a.id == b.id);
        CHECK(a.boot == b.boot);
        CHECK(a.sealed_at.wall == b.sealed_at.wall);
        REQUIRE(a.events.size() == b.events.size());
        events += b.events.size();
    }
    CHECK(events == 1);
}

TEST_CASE("of a quiet life the same is learnt", "[spool]")
{
    check_same_life({});
}

TEST_CASE("a state is seen from the second on in which it was read", "[spool]")
{
    check_same_life({.second_port = [](int second) {
        return std::uint64_t{second > 7 * minute && second < 9 * minute ? 2U : 1U};
    }});
}

TEST_CASE("what was not seen stays unseen", "[spool]")
{
    check_same_life({.is_asked = [](int second) { return second < 700 || second > 1'300; }});
    check_same_life({.is_asked = [](int second) { return second < 700 || second > 730; }});
}

TEST_CASE("a counter of 32 bits that wraps counts on", "[spool]")
{
    check_same_life({.octets = [](int second) {
        return static_cast<std::uint64_t>(second) * 40'000'000;
    }});
}

TEST_CASE("octets in 32 bits are counted by what the port can carry", "[spool]")
{
    // A reading every 327 s tells them from those that wrapped once more; none every minute does.
    for (const std::uint64_t speed : {100'000'000U, 1'000'000'000U}) {
        CAPTURE(speed);
        check_same_life({
            .octets = [](int second) { return static_cast<std::uint64_t>(second) * 10'000'000; },
            .speed = speed,
        });
    }
}

TEST_CASE("a segment that is not whole is not thinned", "[spool]")
{
    BatchEncoder encoder = encoder_of_both();
    Segment whole = told(encoder, {}, 0, 10 * minute);
    whole.erase(whole.begin() + 3);
    CHECK(thin(whole, 5min).error() == Errc::out_of_order);
    CHECK(thin({}, 5min)->batches.empty());
}

} // namespace thinning_test
