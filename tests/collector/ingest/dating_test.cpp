#include "collector/ingest/dating.hpp"
#include "collector/ingest/session.hpp"

#include <catch2/catch.hpp>

namespace dating_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

constexpr Epoch epoch{77};
constexpr std::uint64_t boot = 5;
constexpr WallTime now{std::chrono::seconds{1'800'000'000}}; // 2027
constexpr MonoTime hello_at{1000s};

// A reading a second before it is sealed, and an event at once.
std::vector<std::byte> batch_sealed_at(ClockAnchor at, std::uint64_t of_boot = boot)
{
    BatchEncoder encoder{epoch, Seq{1}, of_boot};
    encoder.define({
        .device = "sw-1",
        .kind = TableKind::device,
        .interval = 10s,
        .columns = {Metric::device_state},
        .rows = {{.key = ""}},
    });
    const MonoTime taken{at.mono.since_boot - 1s};
    encoder.add("sw-1", TableKind::device, {.taken_at = taken, .uptime = {}, .cells = {1}});
    encoder.add(Event{at.mono, "sw-1", "reboot", "restarted"});
    return encoder.seal(at).bytes;
}

// What a session delivers that read its agent's hello when the collector's clock was at `now`.
DecodedBatch delivered(
    const std::vector<std::byte>& batch,
    WallTime agents_clock,
    std::chrono::seconds came_after = 1min // that moment
)
{
    constexpr MonoTime read{std::chrono::hours{50}}; // by the collector's other clock
    Session session;
    const wire::Hello hello{
        .epoch = epoch,
        .software = "test",
        .boot = boot,
        .now = {.mono = hello_at, .wall = agents_clock},
    };
    REQUIRE(session.feed(hello, read).hello.has_value());
    static_cast<void>(session.welcome({}, now));
    Reaction reaction = session.feed(
        wire::BatchMessage{.lane = wire::Lane::live, .batch = batch},
        MonoTime{read.since_boot + came_after}
    );
    REQUIRE(reaction.delivery.has_value());
    return std::move(reaction.delivery->batch);
}

} // namespace

TEST_CASE("what an agent reads in 1970 is dated by the collector's clock", "[ingest]")
{
    const WallTime its_clock{1000s}; // began with the machine
    // Before the hello, out of the spool, and after it.
    for (const auto after : {-600s, 30s}) {
        const ClockAnchor sealed{MonoTime{hello_at.since_boot + after}, its_clock + after};
        const DecodedBatch batch = delivered(batch_sealed_at(sealed), its_clock);
        CHECK(batch.steps.at(0).later->wall == now + after - 1s);
        CHECK(batch.events.at(0).wall == now + after);
    }
}

TEST_CASE("what an agent reads years ahead is dated by the collector's clock", "[ingest]")
{
    const WallTime its_clock = now + std::chrono::hours{24 * 365};
    const ClockAnchor sealed{MonoTime{1010s}, its_clock + 10s};
    CHECK(delivered(batch_sealed_at(sealed), its_clock).steps.at(0).later->wall == now + 9s);
}

TEST_CASE("a hello that lay unread does not let a clock be further ahead", "[ingest]")
{
    // It was said 300 s before it was read; the clock is 100 s further ahead than any may be.
    const auto unread = 300s;
    const auto off = 3'700s;
    const WallTime said = now - unread;
    const ClockAnchor sealed{MonoTime{hello_at.since_boot + 310s}, said + 310s + off};
    const DecodedBatch batch = delivered(batch_sealed_at(sealed), said + off, 310s - unread);
    CHECK(batch.steps.at(0).later->wall == said + 309s);
}

TEST_CASE("a clock that is only wrong is the agent's own", "[ingest]")
{
    for (const auto off : {-48h, -1h, 0h, 1h}) {
        const ClockAnchor sealed{MonoTime{1010s}, now + 10s + off};
        const DecodedBatch batch = delivered(batch_sealed_at(sealed), now + off);
        CHECK(batch.steps.at(0).later->wall == now + 9s + off);
        CHECK(batch.events.at(0).wall == now + 10s + off);
    }
}

TEST_CASE("what was read in 1970 before another boot keeps its moment", "[ingest]")
{
    const ClockAnchor sealed{MonoTime{1010s}, WallTime{80s}};
    CHECK(
        delivered(batch_sealed_at(sealed, boot + 1), now).steps.at(0).later->wall == WallTime{79s}
    );
}

} // namespace dating_test
