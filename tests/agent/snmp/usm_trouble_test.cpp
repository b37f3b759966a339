// Engines that restart, lie and replay.

#include "agent/snmp/usm.hpp"
#include "tests/agent/snmp/usm_talk.hpp"

#include <catch2/catch.hpp>

namespace hallmonitor::agent::usm_trouble_test {
namespace {

using namespace std::chrono_literals;
using testing::Peer;
using testing::Talk;
using testing::usual_user;

constexpr MonoTime start{100'000s};

// A device that was at boot 5 for 10,000 s when it answered.
struct Acquainted {
    UsmShared shared{1};
    Peer peer;
    Talk talk{usual_user(), shared};

    Acquainted()
    {
        peer.set_engine(5, 10'000, start);
        REQUIRE(talk.ask(peer, start).is_answered);
    }
};

sim::Bytes scoped_pdu(PduType type, std::int32_t request_id)
{
    const RequestHead head{.version = SnmpVersion::v3, .type = type, .request_id = request_id};
    sim::Bytes room(200);
    room.resize(encode_scoped_pdu({}, {}, head, {}, std::as_writable_bytes(std::span{room})));
    return room;
}

} // namespace

TEST_CASE("an engine that boots anew is followed at once, and said so", "[usm]")
{
    Acquainted us;
    us.peer.set_engine(6, 3, start + 1min);

    const auto told = us.talk.ask(us.peer, start + 1min);

    CHECK(told.steps == "r~r+");
    CHECK(us.talk.usm().take_change() == "restarted its SNMP engine: boots 6 after 5");
    CHECK(us.talk.usm().take_change().empty());
    CHECK(us.talk.ask(us.peer, start + 2min).steps == "r+");
}

TEST_CASE("an engine that counts its boots wrong is believed after three reports", "[usm]")
{
    const auto boots = GENERATE(std::uint32_t{5}, std::uint32_t{4}, std::uint32_t{1});
    Acquainted us;
    us.peer.set_engine(boots, 3, start + 1h);

    const auto told = us.talk.ask(us.peer, start + 1h);

    CHECK(told.steps == "r~r~r~r+");
    CHECK_THAT(
        us.talk.usm().take_change(),
        Catch::Contains("set its SNMP engine back: boots " + std::to_string(boots) + " after 5")
    );
    CHECK(us.talk.ask(us.peer, start + 2h).steps == "r+");
}

TEST_CASE("a restart that the time window does not see is no event", "[usm]")
{
    Acquainted us;
    us.peer.set_engine(5, 9'900, start + 20s);

    CHECK(us.talk.ask(us.peer, start + 20s).steps == "r+");
    CHECK(us.talk.usm().take_change().empty());
}

TEST_CASE("an engine with another id is found out, and told once it has proved itself", "[usm]")
{
    Acquainted us;
    us.peer.replace_engine({0x80, 0, 0x7E, 0xD9, 5, 2});

    const auto told = us.talk.ask(us.peer, start + 1min);

    CHECK(told.steps == "r~d~r~r+");
    CHECK(
        us.talk.usm().take_change() ==
        "has another SNMP engine id: 80007ed90502 instead of 80007ed90501"
    );
}

TEST_CASE("of a thousand replayed replies none is taken for an answer", "[usm]")
{
    Acquainted us;
    us.talk.ask(us.peer, start);
    us.peer.set_fault("v3-replays", true, 100);
    unsigned answered = 0;
    for (int i = 0; i < 1'000; ++i)
        answered += us.talk.ask(us.peer, start + i * 1s).is_answered ? 1 : 0;

    CHECK(answered == 0);
    CHECK(us.peer.counts().replayed > 500);
    us.peer.set_fault("v3-replays", false);
    CHECK(us.talk.ask(us.peer, start + 2'000s).is_answered);
}

TEST_CASE("a response to the question for the engine id is no answer to anything", "[usm]")
{
    const sim::Bytes engine{0x80, 0, 0x7E, 0xD9, 5, 1};
    UsmShared shared{1};
    Peer peer{{"monitor"}, engine};
    Talk talk{{.user = "monitor"}, shared};
    REQUIRE(talk.ask(peer, start).is_answered);
    for (const std::int32_t id : {1, 2, 3})
        talk.usm().unanswered(id);
    std::array<std::byte, 200> question{};
    REQUIRE(talk.usm().discover(7, start + 1min, question) > 0);
    const auto asked = parse_scoped_pdu(parse_v3_message(question).value().data).value();
    const sim::Bytes response = scoped_pdu(PduType::response, asked.request_id);
    const sim::Bytes report = scoped_pdu(PduType::report, asked.request_id);
    const std::string_view user = "monitor";
    const V3Message message{
        .id = 7,
        .engine_id = std::as_bytes(std::span{engine}),
        .user = std::as_bytes(std::span{user}),
        .data = std::as_bytes(std::span{response})};
    CHECK(talk.usm().open(message, {}, start + 1min).meaning == Usm::Meaning::unusable);
    const V3Message nameless{.id = 7, .data = std::as_bytes(std::span{report})};
    REQUIRE(talk.usm().open(nameless, {}, start + 1min).meaning == Usm::Meaning::refusal);

    // Nor once it has been answered.
    CHECK(talk.usm().open(message, {}, start + 1min).meaning == Usm::Meaning::unusable);
}

TEST_CASE("a reply under a wrong digest is no answer", "[usm]")
{
    Acquainted us;
    us.peer.set_fault("v3-wrong-digest");

    CHECK(us.talk.ask(us.peer, start + 1s).steps == "rx");
    us.peer.set_fault("v3-wrong-digest", false);
    CHECK(us.talk.ask(us.peer, start + 2s).steps == "r+");
}

TEST_CASE("a reply of a lower level than asked for is no answer", "[usm]")
{
    Acquainted us;
    us.peer.set_fault("v3-unsigned");

    CHECK(us.talk.ask(us.peer, start + 1s).steps == "rx");
}

TEST_CASE("an unauthenticated report moves no clock and raises no event", "[usm]")
{
    Acquainted us;
    us.peer.set_fault("v3-unsigned");
    us.peer.set_engine(9, 1, start + 1s);

    const auto told = us.talk.ask(us.peer, start + 1s);

    // It is heeded for the stamp of the next request; the answer to that is unsigned too.
    CHECK(told.steps == "r~rx");
    CHECK(us.talk.usm().take_change().empty());
    us.peer.set_fault("v3-unsigned", false);
    us.peer.set_engine(5, 10'010, start + 10s);
    CHECK(us.talk.ask(us.peer, start + 10s).is_answered);
}

TEST_CASE("a device that denies its engine id costs two discoveries in ten seconds", "[usm]")
{
    const auto fault = GENERATE("v3-denies-engine", "v3-new-engines");
    UsmShared shared{1};
    Peer peer;
    Talk talk{usual_user(), shared};
    peer.set_fault(fault);
    for (int tenth = 0; tenth < 10 * 100; ++tenth)
        CHECK_FALSE(talk.ask(peer, start + tenth * 100ms).is_answered);

    CHECK(talk.usm().discoveries() == 20);
    CHECK(peer.counts().discoveries == 20);
    peer.set_fault(fault, false);
    CHECK(talk.ask(peer, start + 200s).is_answered);
}

TEST_CASE("a device that is never in time is asked a bounded number of times, then named", "[usm]")
{
    Acquainted us;
    us.peer.set_fault("v3-denies-time");

    const auto told = us.talk.ask(us.peer, start + 1s);

    CHECK(told.steps.size() == 2 * 17);
    CHECK_THAT(told.why, Catch::Contains("outside its time window"));
    us.peer.set_fault("v3-denies-time", false);
    CHECK(us.talk.ask(us.peer, start + 2s).is_answered);
}

TEST_CASE("a clock of noise costs a bounded number of requests", "[usm]")
{
    Acquainted us;
    us.peer.set_fault("v3-jumps");
    std::size_t most = 0;
    for (int i = 0; i < 100; ++i)
        most = std::max(most, us.talk.ask(us.peer, start + i * 1s).steps.size());

    CHECK(most <= 2 * 17);
}

TEST_CASE("a msgMaxSize that lies changes nothing", "[usm]")
{
    const auto size = GENERATE(0, 1, 483, 2'147'483'647, 4'294'967'295);
    Acquainted us;
    us.peer.set_fault("v3-size-lie", true, size);

    CHECK(us.talk.ask(us.peer, start + 1s).is_answered);
}

TEST_CASE("an engine whose boots are used up is named", "[usm]")
{
    UsmShared shared{1};
    Peer peer;
    peer.set_engine(2'147'483'647, 3, start);
    Talk talk{usual_user(), shared};

    const auto told = talk.ask(peer, start);

    CHECK_FALSE(told.is_answered);
    CHECK_THAT(told.why, Catch::Contains("it needs a new engine id"));
}

} // namespace hallmonitor::agent::usm_trouble_test
