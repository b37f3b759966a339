#include "common/limits.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/messages.hpp"
#include "tests/common/wire/raw_batch.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <iterator>

namespace messages_test {

using namespace hallmonitor;
using namespace hallmonitor::wire;

namespace {

Message round_trip(const Message& message)
{
    const std::string frame = encode_frame(message);
    const auto all = std::as_bytes(std::span{frame});
    REQUIRE(frame_body_length(all.first<4>()).value() == frame.size() - 4);
    return decode_message(all.subspan(4)).value();
}

RangeSet some_ranges()
{
    RangeSet set;
    set.add(SeqRange{Seq{1}, Seq{7}});
    set.add(Seq{9});
    return set;
}

} // namespace

TEST_CASE("every message comes back as it was", "[wire]")
{
    const std::vector<Message> messages{
        Hello{
            .epoch = Epoch{5},
            .older = {{Epoch{3}, Seq{8}}, {Epoch{4}, Seq{9}}},
            .software = "hallmonitor 0.1",
            .boot = 6,
            .now =
                {.mono = MonoTime{std::chrono::seconds{2}},
                 .wall = WallTime{std::chrono::seconds{3}}}},
        Welcome{.version = 1, .applied = some_ranges(), .wall = {}},
        BatchMessage{.lane = Lane::history, .batch = {std::byte{1}, std::byte{2}}},
        Ack{.applied = some_ranges()},
        Ack{},
        Ack{.applied = some_ranges(), .received = some_ranges()},
        Ack{.applied = {}, .received = some_ranges()},
        Reject{.seq = Seq{3}, .reason = "malformed"},
        Rewind{.lane = Lane::live},
        Keepalive{},
        Keepalive{.token = 7},
        Refusal{.reason = "certificate was revoked"},
        Refusal{.reason = "another machine", .fenced = true},
    };
    for (const Message& message : messages)
        CHECK(round_trip(message) == message);
}

TEST_CASE("a frame over the limit is refused by its head", "[wire]")
{
    const std::array<std::byte, 4> head{std::byte{0x01}, std::byte{0}, std::byte{0}, std::byte{0}};

    CHECK(frame_body_length(head).error() == Errc::too_large);
}

TEST_CASE("fields of an unexpected type are malformed, not a crash", "[wire]")
{
    // Envelope.hello (1) as a varint; Hello.version (1) as a length-delimited field.
    const std::array<std::byte, 2> varint{std::byte{0x08}, std::byte{0x01}};
    const std::array<std::byte, 4> text{
        std::byte{0x0a}, std::byte{0x02}, std::byte{0x0a}, std::byte{0x00}};

    CHECK(decode_message(varint).error() == Errc::malformed);
    CHECK(decode_message(text).error() == Errc::malformed);
    CHECK(decode_message({}).error() == Errc::malformed);
}

TEST_CASE("ranges that make no sense are refused", "[wire]")
{
    const auto ack_of = [](const std::vector<std::uint64_t>& bounds) {
        std::string packed;
        for (const std::uint64_t bound : bounds)
            protozero::write_varint(std::back_inserter(packed), bound);
        const std::string body =
            test::field_of(field::envelope::ack, test::field_of(1, test::field_of(1, packed)));
        return decode_message(std::as_bytes(std::span{body}));
    };

    CHECK(ack_of({1, 7, 9, 9}).value() == Message{Ack{some_ranges()}});
    CHECK(ack_of({1}).error() == Errc::malformed);
    CHECK(ack_of({7, 1}).error() == Errc::malformed);
    CHECK(ack_of({0, 1}).error() == Errc::malformed);
    CHECK(ack_of({1, ~std::uint64_t{0}}).error() == Errc::malformed);
    CHECK(ack_of(std::vector<std::uint64_t>(20'002, 5)).error() == Errc::too_large);
}

TEST_CASE("a lane that nobody knows is malformed, an unknown message is unsupported", "[wire]")
{
    const auto decode = [](const std::string& body) {
        return decode_message(std::as_bytes(std::span{body}));
    };
    const std::string lane = test::varint_field(1, 3);

    CHECK(decode(test::field_of(field::envelope::rewind, lane)).error() == Errc::malformed);
    CHECK(decode(test::field_of(field::envelope::batch, lane)).error() == Errc::malformed);
    CHECK(decode(test::field_of(99, "")).error() == Errc::unsupported);
}

TEST_CASE("a peer's long text is cut", "[wire]")
{
    const auto decoded = round_trip(Refusal{.reason = std::string(100'000, 'x')});

    CHECK(std::get<Refusal>(decoded).reason.size() <= limits::event_text_bytes);
}

} // namespace messages_test
