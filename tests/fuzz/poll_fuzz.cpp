// A device that answers whatever the input says: OIDs that go back, stand still or leave the table,
// values of any type and length, errors, silence. Polling it ends, and only in ways it knows.

#include "agent/poll/device_poll.hpp"
#include "agent/snmp/ber.hpp"
#include "common/check.hpp"
#include "tests/fuzz/script.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using fuzz::Script;

namespace {

using Bytes = std::vector<std::byte>;

constexpr unsigned most_silence = 100; // attempts of all the parts of a cycle, and to spare

// Mostly what a device does, one row further; else what no device should.
OidBytes some_oid(Script& script, OidBytes oid)
{
    const std::uint8_t how = script.next();
    switch (how % 8) {
    case 0: return oid;
    case 1: oid.pop_back(); return oid.empty() ? OidBytes{std::byte{0x2b}} : oid;
    case 2: oid.back() = std::byte{script.next()}; return oid;
    case 3: {
        const auto any = script.octets(1 + how / 8);
        return {any.begin(), any.end()};
    }
    default: break;
    }
    const bool is_row = oid.size() > 9;
    if (is_row && oid.back() < std::byte{0x7e}) {
        oid.back() = static_cast<std::byte>(std::to_integer<unsigned>(oid.back()) + 1);
    } else {
        oid.push_back(std::byte{1});
    }
    return oid;
}

void append_varbind(Bytes& out, const OidBytes& oid, Script& script)
{
    constexpr std::array<std::uint8_t, 12> tags{
        0x43, 0x46, 0x41, 0x42, 0x02, 0x04, 0x06, 0x05, 0x44, 0x80, 0x81, 0x82};
    constexpr std::size_t most_octets = 1'024; // an OID grows by less than the input is long
    const std::uint8_t kind = script.next();
    std::array<std::byte, most_octets> room;
    BerWriter writer{room};
    const std::size_t end = writer.mark();
    writer.value(
        kind < 240 ? tags.at(kind % tags.size()) : kind, script.octets(script.next() % 16)
    );
    writer.value(0x06, oid);
    writer.head(sequence_tag, end);
    INVARIANT(!writer.overflowed());
    out.insert(out.end(), room.end() - static_cast<std::ptrdiff_t>(writer.size()), room.end());
}

Bytes some_varbinds(Script& script, const Ask& ask)
{
    const bool bulk = ask.type == PduType::get_bulk;
    std::vector<OidBytes> places;
    for (const auto oid : ask.oids)
        places.emplace_back(oid.begin(), oid.end());
    const std::size_t rounds = bulk ? 1 + script.next() % 8 : 1;
    Bytes out;
    for (std::size_t round = 0; round < rounds && !script.at_end(); ++round) {
        const std::size_t first = round > 0 ? static_cast<std::size_t>(ask.non_repeaters) : 0;
        for (std::size_t i = first; i < places.size(); ++i) {
            if (ask.type != PduType::get) places[i] = some_oid(script, places[i]);
            if (!places[i].empty()) append_varbind(out, places[i], script);
        }
    }
    return out;
}

// What becomes of one request; made before any answer is given, since that may end the walk whose
// OIDs the request refers to.
struct Answer {
    std::size_t lane{0};
    std::uint8_t what{0};
    ResponseView reply;
    Bytes varbinds;
};

Answer make_answer(const Ask& ask, Script& script)
{
    Answer answer{
        .lane = ask.lane, .what = script.next(), .reply = {.request_id = 1}, .varbinds = {}};
    if (answer.what >= 250) return answer;
    if (answer.what >= 230) {
        answer.reply.error_status = script.next() % 20;
        answer.reply.error_index = std::int32_t{script.next()} - 4;
    }
    answer.varbinds = some_varbinds(script, ask);
    return answer;
}

void give(DevicePoll& poll, Answer& answer, MonoTime now)
{
    if (answer.what == 255) poll.refused();
    if (answer.what >= 250) return poll.timed_out(answer.lane, now);
    answer.reply.varbinds = answer.varbinds;
    // The answer to other objects is none: the request is still in flight.
    if (!poll.feed(answer.lane, answer.reply, answer.varbinds.size() + 40, now))
        poll.timed_out(answer.lane, now);
}

void check_asked(const Ask& ask)
{
    INVARIANT(!ask.oids.empty());
    INVARIANT(ask.type != PduType::get_bulk || ask.max_repetitions > 0);
    INVARIANT(static_cast<std::size_t>(ask.non_repeaters) <= ask.oids.size());
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Script script{std::as_bytes(std::span{data, size})};
    DeviceConfig device;
    device.name = "switch";
    device.snmp = SnmpSettings{};
    if (script.next() % 4 == 0) device.snmp->version = SnmpVersion::v1;
    device.snmp->requests_at_once = 1 + script.next() % 4;
    DevicePoll poll{device};
    MonoTime now{};
    while (!script.at_end()) {
        poll.start(now, script.next() % 8 == 0);
        while (!script.at_end() && !poll.is_idle()) {
            std::vector<Answer> answers;
            while (const auto ask = poll.ask()) {
                check_asked(*ask);
                answers.push_back(make_answer(*ask, script));
            }
            INVARIANT(!answers.empty());
            INVARIANT(answers.size() <= device.snmp->requests_at_once);
            now = now + 20ms;
            for (Answer& answer : answers)
                give(poll, answer, now);
        }
        unsigned silence = 0;
        for (; !poll.is_idle(); ++silence) {
            INVARIANT(silence < most_silence);
            now = now + 1s;
            for (std::size_t lane = 0; lane < DevicePoll::lanes; ++lane)
                poll.timed_out(lane, now);
            while (!poll.is_idle() && poll.ask())
                continue;
        }
        const auto outcome = poll.take_outcome();
        INVARIANT(outcome.has_value());
        INVARIANT(!outcome->reading || outcome->definition);
        INVARIANT(!outcome->interfaces_complete || outcome->answered);
        now = now + 60s;
    }
    return 0;
}
