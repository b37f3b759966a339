#include "common/wire/messages.hpp"

#include "common/check.hpp"
#include "common/limits.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/protozero.hpp"
#include "common/wire/table_reader.hpp"

#include <algorithm>
#include <string_view>

namespace hallmonitor::wire {
namespace {

using protozero::pbf_reader;
using protozero::pbf_writer;

constexpr std::size_t most_ranges = 10'000;
constexpr protozero::pbf_tag_type only = 1; // the single field of small messages

void write_ranges(pbf_writer& message, protozero::pbf_tag_type tag, const RangeSet& set)
{
    pbf_writer ranges{message, tag};
    std::vector<std::uint64_t> bounds;
    for (const SeqRange& range : set.ranges()) {
        bounds.push_back(range.first.value);
        bounds.push_back(range.last.value);
    }
    ranges.add_packed_uint64(only, bounds.begin(), bounds.end());
}

Result<RangeSet> read_ranges(pbf_reader message)
{
    RangeSet set;
    std::vector<std::uint64_t> bounds;
    while (message.next(only)) {
        for (const std::uint64_t bound : message.get_packed_uint64()) {
            if (bounds.size() == 2 * most_ranges) return Errc::too_large;
            bounds.push_back(bound);
        }
    }
    if (bounds.size() % 2 != 0) return Errc::malformed;
    for (std::size_t i = 0; i < bounds.size(); i += 2) {
        if (bounds[i] == 0 || bounds[i] > bounds[i + 1] || bounds[i + 1] == ~std::uint64_t{0})
            return Errc::malformed;
        set.add(SeqRange{{bounds[i]}, {bounds[i + 1]}});
    }
    return set;
}

struct EnvelopeWriter {
    pbf_writer& envelope;

    void operator()(const Hello& hello) const
    {
        pbf_writer message{envelope, field::envelope::hello};
        message.add_uint32(field::hello::version, hello.version);
        message.add_uint32(field::hello::oldest_version, hello.oldest_version);
        message.add_fixed64(field::hello::epoch, hello.epoch.value);
        message.add_string(field::hello::software, hello.software);
        message.add_sint64(field::hello::wall_ms, hello.now.wall.since_epoch.count());
        message.add_fixed64(field::hello::boot, hello.boot);
        message.add_sint64(field::hello::mono_us, hello.now.mono.since_boot.count());
        for (const OlderEpoch& life : hello.older) {
            pbf_writer older{message, field::hello::older};
            older.add_fixed64(1, life.epoch.value);
            older.add_uint64(2, life.last.value);
        }
    }
    void operator()(const Welcome& welcome) const
    {
        pbf_writer message{envelope, field::envelope::welcome};
        message.add_uint32(field::welcome::version, welcome.version);
        write_ranges(message, field::welcome::applied, welcome.applied);
        message.add_sint64(field::welcome::wall_ms, welcome.wall.since_epoch.count());
    }
    void operator()(const BatchMessage& batch) const
    {
        pbf_writer message{envelope, field::envelope::batch};
        message.add_enum(1, static_cast<std::int32_t>(batch.lane));
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
        message.add_bytes(2, reinterpret_cast<const char*>(batch.batch.data()), batch.batch.size());
    }
    void operator()(const Ack& ack) const
    {
        // A nested writer leaves an empty message out, but here its presence is the message.
        std::string body;
        pbf_writer message{body};
        write_ranges(message, field::ack::applied, ack.applied);
        if (!ack.received.ranges().empty())
            write_ranges(message, field::ack::received, ack.received);
        envelope.add_message(field::envelope::ack, body);
    }
    void operator()(const Reject& reject) const
    {
        pbf_writer message{envelope, field::envelope::reject};
        message.add_uint64(1, reject.seq.value);
        message.add_string(2, reject.reason);
    }
    void operator()(const Rewind& rewind) const
    {
        pbf_writer message{envelope, field::envelope::rewind};
        message.add_enum(only, static_cast<std::int32_t>(rewind.lane));
    }
    void operator()(const Keepalive& keepalive) const
    {
        std::string body;
        if (keepalive.token != 0) pbf_writer{body}.add_fixed64(only, keepalive.token);
        envelope.add_message(field::envelope::keepalive, body);
    }
    void operator()(const Refusal& refusal) const
    {
        pbf_writer message{envelope, field::envelope::refusal};
        message.add_string(1, refusal.reason);
        if (refusal.fenced) message.add_bool(2, true);
    }
};

// Text of the peer's is for logs and people: bounded here, sanitized where it is shown.
std::string text_of(pbf_reader& message)
{
    const auto view = message.get_view();
    return {view.data(), std::min(view.size(), limits::event_text_bytes)};
}

Result<Lane> lane_of(std::int32_t number)
{
    if (number != static_cast<std::int32_t>(Lane::live) &&
        number != static_cast<std::int32_t>(Lane::history))
        return Errc::malformed;
    return static_cast<Lane>(number);
}

OlderEpoch read_older(pbf_reader message)
{
    OlderEpoch life;
    while (message.next()) {
        switch (message.tag()) {
        case 1: life.epoch.value = message.get_fixed64(); break;
        case 2: life.last.value = message.get_uint64(); break;
        default: message.skip();
        }
    }
    return life;
}

Result<Message> read_hello(pbf_reader message)
{
    std::int64_t mono_us = 0;
    std::int64_t wall_ms = 0;
    Hello hello{.version = 0, .oldest_version = 0, .epoch = {}, .older = {}, .software = {}};
    while (message.next()) {
        switch (message.tag()) {
        case field::hello::version: hello.version = message.get_uint32(); break;
        case field::hello::oldest_version: hello.oldest_version = message.get_uint32(); break;
        case field::hello::epoch: hello.epoch.value = message.get_fixed64(); break;
        case field::hello::software: hello.software = text_of(message); break;
        case field::hello::wall_ms: wall_ms = message.get_sint64(); break;
        case field::hello::boot: hello.boot = message.get_fixed64(); break;
        case field::hello::mono_us: mono_us = message.get_sint64(); break;
        case field::hello::older:
            if (hello.older.size() == most_older_epochs) return Errc::too_large;
            hello.older.push_back(read_older(message.get_message()));
            break;
        default: message.skip();
        }
    }
    const auto mono = mono_of(mono_us);
    const auto wall = wall_of(wall_ms);
    if (!mono || !wall) return Errc::malformed;
    hello.now = {.mono = *mono, .wall = *wall};
    return Message{std::move(hello)};
}

Result<Message> read_welcome(pbf_reader message)
{
    Welcome welcome{.version = 0, .applied = {}, .wall = {}};
    while (message.next()) {
        switch (message.tag()) {
        case field::welcome::version: welcome.version = message.get_uint32(); break;
        case field::welcome::applied: {
            auto ranges = read_ranges(message.get_message());
            if (!ranges) return ranges.error();
            welcome.applied = std::move(*ranges);
            break;
        }
        case field::welcome::wall_ms:
            welcome.wall.since_epoch = std::chrono::milliseconds{message.get_sint64()};
            break;
        default: message.skip();
        }
    }
    return Message{welcome};
}

Result<Message> read_batch(pbf_reader message)
{
    std::int32_t lane = 0;
    protozero::data_view bytes;
    while (message.next()) {
        switch (message.tag()) {
        case 1: lane = message.get_enum(); break;
        case 2: bytes = message.get_view(); break;
        default: message.skip();
        }
    }
    const auto known = lane_of(lane);
    if (!known) return known.error();
    const auto octets = std::as_bytes(std::span{bytes.data(), bytes.size()});
    return Message{BatchMessage{.lane = *known, .batch = {octets.begin(), octets.end()}}};
}

Result<Message> read_ack(pbf_reader message)
{
    Ack ack;
    while (message.next()) {
        const auto tag = message.tag();
        if (tag != field::ack::applied && tag != field::ack::received) {
            message.skip();
            continue;
        }
        auto ranges = read_ranges(message.get_message());
        if (!ranges) return ranges.error();
        (tag == field::ack::applied ? ack.applied : ack.received) = std::move(*ranges);
    }
    return Message{ack};
}

Result<Message> read_reject(pbf_reader message)
{
    Reject reject;
    while (message.next()) {
        switch (message.tag()) {
        case 1: reject.seq.value = message.get_uint64(); break;
        case 2: reject.reason = text_of(message); break;
        default: message.skip();
        }
    }
    return Message{reject};
}

Result<Message> read_rewind(pbf_reader message)
{
    std::int32_t lane = 0;
    while (message.next(only))
        lane = message.get_enum();
    const auto known = lane_of(lane);
    if (!known) return known.error();
    return Message{Rewind{*known}};
}

Result<Message> read_keepalive(pbf_reader message)
{
    Keepalive keepalive;
    while (message.next(only))
        keepalive.token = message.get_fixed64();
    return Message{keepalive};
}

Result<Message> read_refusal(pbf_reader message)
{
    Refusal refusal;
    while (message.next()) {
        switch (message.tag()) {
        case 1: refusal.reason = text_of(message); break;
        case 2: refusal.fenced = is_set(message); break;
        default: message.skip();
        }
    }
    return Message{refusal};
}

} // namespace

std::string encode_frame(const Message& message)
{
    std::string frame(4, '\0');
    pbf_writer envelope{frame};
    std::visit(EnvelopeWriter{envelope}, message);
    const std::size_t length = frame.size() - 4;
    INVARIANT(length <= limits::frame_bytes);
    for (std::size_t i = 0; i < 4; ++i)
        frame[i] = static_cast<char>((length >> (8 * (3 - i))) & 0xff);
    return frame;
}

Result<std::size_t> frame_body_length(std::span<const std::byte, 4> head)
{
    std::size_t length = 0;
    for (const std::byte octet : head)
        length = (length << 8) | std::to_integer<std::size_t>(octet);
    if (length > limits::frame_bytes) return Errc::too_large;
    return length;
}

Result<Message> decode_message(std::span<const std::byte> body)
try {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    pbf_reader envelope{reinterpret_cast<const char*>(body.data()), body.size()};
    if (!envelope.next()) return Errc::malformed;
    switch (envelope.tag()) {
    case field::envelope::hello: return read_hello(envelope.get_message());
    case field::envelope::welcome: return read_welcome(envelope.get_message());
    case field::envelope::batch: return read_batch(envelope.get_message());
    case field::envelope::ack: return read_ack(envelope.get_message());
    case field::envelope::reject: return read_reject(envelope.get_message());
    case field::envelope::rewind: return read_rewind(envelope.get_message());
    case field::envelope::keepalive: return read_keepalive(envelope.get_message());
    case field::envelope::refusal: return read_refusal(envelope.get_message());
    default: return Errc::unsupported;
    }
} catch (const std::exception&) {
    return Errc::malformed;
}

} // namespace hallmonitor::wire
