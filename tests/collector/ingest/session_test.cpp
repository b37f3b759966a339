#include "collector/ingest/session.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace session_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

constexpr Epoch epoch{77};
constexpr MonoTime now{std::chrono::hours{1}}; // the collector's

wire::Hello hello()
{
    return {.epoch = epoch, .software = "test"};
}

// Batches of one segment, each with one reading of a device.
std::vector<std::vector<std::byte>> segment_of(int batches)
{
    BatchEncoder encoder{epoch, Seq{1}, 1};
    encoder.define({
        .device = "sw-1",
        .kind = TableKind::device,
        .interval = 10s,
        .columns = {Metric::device_state},
        .rows = {{.key = ""}},
    });
    std::vector<std::vector<std::byte>> out;
    for (int second = 1; second <= batches; ++second) {
        const MonoTime at{std::chrono::seconds{second}};
        encoder.add("sw-1", TableKind::device, {.taken_at = at, .uptime = {}, .cells = {1}});
        out.push_back(encoder.seal({.mono = at, .wall = {}}).bytes);
    }
    return out;
}

Session open_session()
{
    Session session;
    REQUIRE(session.feed(hello(), now).hello.has_value());
    return session;
}

wire::BatchMessage live(const std::vector<std::byte>& batch)
{
    return {.lane = wire::Lane::live, .batch = batch};
}

} // namespace

TEST_CASE("an agent says hello, is welcomed, and its batches are delivered", "[ingest]")
{
    Session session;
    const Reaction reaction = session.feed(hello(), now);
    REQUIRE(reaction.hello.has_value());
    const auto welcome = std::get<wire::Welcome>(session.welcome({}, WallTime{5s}));
    CHECK(welcome.version == wire::protocol_version);

    const Reaction delivered = session.feed(live(segment_of(1)[0]), now);

    REQUIRE(delivered.delivery.has_value());
    CHECK(delivered.delivery->batch.id.seq == Seq{1});
    CHECK(delivered.send.empty());
}

TEST_CASE("a batch before the hello ends the connection", "[ingest]")
{
    Session session;

    const Reaction reaction = session.feed(live(segment_of(1)[0]), now);

    REQUIRE(reaction.close.has_value());
    CHECK(std::holds_alternative<wire::Refusal>(reaction.send.front()));
    CHECK(!session.feed(hello(), now).hello);
}

TEST_CASE("a version that nobody speaks any more is refused with words", "[ingest]")
{
    Session session;
    wire::Hello strange = hello();
    strange.version = 9;
    strange.oldest_version = 9;

    const Reaction reaction = session.feed(strange, now);

    REQUIRE(reaction.close.has_value());
    CHECK_THAT(*reaction.close, Catch::Contains("upgrade the older"));
}

TEST_CASE("an agent that speaks a newer version too is answered in ours", "[ingest]")
{
    Session session;
    wire::Hello newer = hello();
    newer.version = wire::protocol_version + 1;

    REQUIRE(session.feed(newer, now).hello.has_value());
    CHECK(std::get<wire::Welcome>(session.welcome({}, {})).version == wire::protocol_version);
}

TEST_CASE("a lane that begins in mid-segment is asked to begin at its start", "[ingest]")
{
    Session session = open_session();
    const auto batches = segment_of(3);

    const Reaction reaction = session.feed(live(batches[1]), now);

    CHECK(!reaction.delivery);
    REQUIRE(reaction.send.size() == 1);
    CHECK(std::get<wire::Rewind>(reaction.send[0]).lane == wire::Lane::live);
    CHECK(session.feed(live(batches[0]), now).delivery.has_value());
    CHECK(session.feed(live(batches[1]), now).delivery.has_value());
}

TEST_CASE("lanes do not disturb each other", "[ingest]")
{
    Session session = open_session();
    const auto batches = segment_of(2);

    CHECK(session.feed(live(batches[0]), now).delivery.has_value());
    CHECK(
        session.feed(wire::BatchMessage{wire::Lane::history, batches[0]}, now).delivery.has_value()
    );
    CHECK(session.feed(live(batches[1]), now).delivery.has_value());
}

TEST_CASE("a damaged batch is rejected with the rest of its segment, others go on", "[ingest]")
{
    Session session = open_session();
    auto batches = segment_of(3);
    REQUIRE(session.feed(live(batches[0]), now).delivery.has_value());
    // The head stays whole: what is broken is the first octet of the compressed body.
    const auto magic = std::find(batches[1].begin(), batches[1].end(), std::byte{0xb5});
    REQUIRE(magic != batches[1].end());
    *magic ^= std::byte{0xff};

    const Reaction damaged = session.feed(live(batches[1]), now);
    const Reaction behind = session.feed(live(batches[2]), now);
    const Reaction anew = session.feed(live(batches[0]), now);

    CHECK(!damaged.delivery);
    CHECK(std::get<wire::Reject>(damaged.send.at(0)).seq == Seq{2});
    CHECK(std::get<wire::Reject>(behind.send.at(0)).seq == Seq{3});
    CHECK(!damaged.close);
    CHECK(!anew.delivery); // the same segment again: still broken
    CHECK(session.rejected() == 3);
}

TEST_CASE("batches of former lives are taken when the hello names them", "[ingest]")
{
    Session session;
    wire::Hello later = hello();
    later.epoch = {78};
    later.older = {{Epoch{3}, Seq{9}}, {epoch, Seq{20}}};
    REQUIRE(session.feed(later, now).hello.has_value());

    CHECK(session.feed(live(segment_of(1)[0]), now).delivery);
    CHECK(session.has({78}));
    CHECK(session.has({3}));
    CHECK(!session.has({4}));

    // What lies behind the last batch that a spool holds of a life, a later life may have numbered.
    RangeSet settled;
    settled.add(SeqRange{Seq{5}, Seq{30}});
    CHECK(session.held({3}, settled).contains(Seq{9}));
    CHECK(!session.held({3}, settled).contains(Seq{10}));
    CHECK(session.held({78}, settled) == settled);
    CHECK(session.held({4}, settled).ranges().empty());
}

TEST_CASE("a batch of an epoch that the hello does not name is not this agent's", "[ingest]")
{
    Session session;
    wire::Hello other = hello();
    other.epoch = {78};
    REQUIRE(session.feed(other, now).hello.has_value());

    const Reaction reaction = session.feed(live(segment_of(1)[0]), now);

    CHECK(!reaction.delivery);
    CHECK(std::holds_alternative<wire::Reject>(reaction.send.at(0)));
}

TEST_CASE("history that is held is not delivered until it was asked for", "[ingest]")
{
    const auto batches = segment_of(2);
    const auto history = [](const std::vector<std::byte>& batch) {
        return wire::BatchMessage{.lane = wire::Lane::history, .batch = batch};
    };
    auto session = open_session();
    CHECK_FALSE(session.has_asked());
    CHECK(session.feed(history(batches[0]), now).delivery.has_value());

    session.hold_history();
    const auto held = session.feed(history(batches[1]), now);
    CHECK_FALSE(held.delivery.has_value());
    CHECK(held.send.empty());
    CHECK(session.feed(live(batches[0]), now).delivery.has_value());

    CHECK(session.ask_for_history() == wire::Message{wire::Rewind{wire::Lane::history}});
    CHECK(session.has_asked());
    // This was on its way when it was asked.
    const auto stray = session.feed(history(batches[1]), now);
    CHECK_FALSE(stray.delivery.has_value());
    CHECK(stray.send.empty());
    CHECK(session.feed(history(batches[0]), now).delivery.has_value());
    CHECK(session.feed(history(batches[1]), now).delivery.has_value());
}

} // namespace session_test
