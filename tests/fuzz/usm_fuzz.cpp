// A device, or somebody in its place, that answers SNMPv3 with whatever the input says: any octets,
// or messages of its making with any engine id, time, report or answer, under a right or a wrong
// digest. Nothing is read outside a message, nothing is believed that is not authentic, and what is
// sent stays within its bounds.

#include "agent/snmp/oid.hpp"
#include "agent/snmp/usm.hpp"
#include "common/check.hpp"
#include "tests/fuzz/script.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using fuzz::Script;

namespace {

using Bytes = std::vector<std::byte>;

constexpr unsigned most_attempts = 40; // that reports may ask for in a row, and to spare
const Bytes own_engine(11, std::byte{0x80});

// One for all runs: a password's key costs a millisecond.
UsmShared& shared()
{
    static UsmShared all{1};
    return all;
}

UsmSettings user_of(Script& script)
{
    UsmSettings user{.user = "monitor"};
    user.level = static_cast<SecurityLevel>(script.next() % 3);
    user.auth = AuthProtocol::sha256;
    user.auth_password = Secret{"authpass1"};
    user.priv = script.next() % 2 == 0 ? PrivProtocol::aes128 : PrivProtocol::des;
    user.priv_password = Secret{"privpass1"};
    return user;
}

// What a device can know of a request that it was sent.
struct Sent {
    std::int32_t id{0};
    std::int32_t request_id{0};
    EngineStamp stamp;
};

struct Made {
    Bytes bytes;
    bool is_authentic{false}; // under the user's key, and unharmed
};

class Device {
public:
    Device(const UsmSettings& user, Script& script) : user_(user), script_(script) {}

    Sent take(std::span<const std::byte> datagram);
    Made answer(const Sent& sent);

private:
    [[nodiscard]] std::shared_ptr<const UsmKeys> keys(const Bytes& engine_id) const
    {
        const auto found = shared().keys.keys(user_, engine_id);
        return found ? *found : nullptr;
    }
    Bytes engine_id();
    std::int32_t number(std::int32_t near);
    Bytes scoped_pdu(const Sent& sent);

    const UsmSettings& user_;
    Script& script_;
};

Sent Device::take(std::span<const std::byte> datagram)
{
    const auto message = parse_v3_message(datagram);
    INVARIANT(message.has_value());
    Sent sent{
        .id = message->id, .stamp = {.boots = message->engine_boots, .time = message->engine_time}};
    std::span<const std::byte> data = message->data;
    if (message->is_encrypted) {
        const auto used = keys({message->engine_id.begin(), message->engine_id.end()});
        INVARIANT(used != nullptr);
        PrivInput input{
            .engine_boots = static_cast<std::uint32_t>(message->engine_boots),
            .engine_time = static_cast<std::uint32_t>(message->engine_time)};
        std::copy(
            message->priv_parameters.begin(), message->priv_parameters.end(), input.salt.begin()
        );
        const auto plain = shared().crypto.decrypt(user_.priv, used->priv, input, data);
        INVARIANT(plain.has_value());
        data = *plain;
    }
    const auto pdu = parse_scoped_pdu(data);
    INVARIANT(pdu.has_value());
    sent.request_id = pdu->request_id;
    return sent;
}

Bytes Device::engine_id()
{
    switch (const std::uint8_t how = script_.next(); how % 8) {
    case 0: return {};
    case 1: return script_.next(how / 4);
    case 2: return Bytes(40, std::byte{1});
    default: return own_engine;
    }
}

std::int32_t Device::number(std::int32_t near)
{
    constexpr std::array<std::int32_t, 6> odd{0, 1, 5, 2'147'483'647, 2'147'483'646, 1'000'000};
    const std::uint8_t how = script_.next();
    if (how < 128) return near;
    if (how < 192) {
        // Beyond the greatest is the least.
        const auto sum = static_cast<std::uint32_t>(near) + how - 160U;
        return static_cast<std::int32_t>(sum);
    }
    return odd.at(how % odd.size());
}

Bytes Device::scoped_pdu(const Sent& sent)
{
    constexpr std::array<std::uint8_t, 3> types{0xa8, 0xa2, 0xa7};
    const std::uint8_t how = script_.next();
    const RequestHead head{
        .version = SnmpVersion::v3,
        .type = static_cast<PduType>(types.at(how % types.size())),
        .request_id = how < 200 ? sent.request_id : script_.next(),
    };
    // usmStats 0 to 15.
    Bytes name = Oid{1, 3, 6, 1, 6, 3, 15, 1, 1, script_.next() % 16U, 0}.ber_content();
    if (how % 16 == 15) name = script_.next(4);
    const std::array<std::span<const std::byte>, 1> names{name};
    Bytes pdu(200);
    pdu.resize(encode_scoped_pdu({}, {}, head, names, pdu));
    return pdu;
}

Made Device::answer(const Sent& sent)
{
    Bytes pdu = scoped_pdu(sent);
    const Bytes engine = engine_id();
    const auto used = keys(engine);
    const std::uint8_t how = script_.next();
    const auto level = std::min(user_.level, static_cast<SecurityLevel>(how % 3));
    const bool has_digest = level >= SecurityLevel::auth_no_priv && used;
    V3Message message{
        .id = sent.id,
        .is_authenticated = has_digest,
        .is_encrypted = has_digest && level >= SecurityLevel::auth_priv,
        .engine_id = engine,
        .engine_boots = std::max(number(sent.stamp.boots), 0),
        .engine_time = number(sent.stamp.time),
        .user = std::as_bytes(std::span{user_.user}),
        .data = pdu,
    };
    PrivInput input{
        .engine_boots = static_cast<std::uint32_t>(message.engine_boots),
        .engine_time = static_cast<std::uint32_t>(message.engine_time)};
    if (message.is_encrypted) {
        const auto cipher = shared().crypto.encrypt(user_.priv, used->priv, input, pdu);
        pdu.assign(cipher->begin(), cipher->end());
        message.data = pdu;
        message.priv_parameters = input.salt;
    }
    const std::size_t digest_size = has_digest ? digest_bytes(user_.auth) : 0;
    Made made{.bytes = Bytes(500)};
    const V3Encoded encoded = encode_v3_message(message, digest_size, made.bytes);
    made.bytes.resize(encoded.size);
    if (has_digest) {
        const auto place = std::span{made.bytes}.subspan(encoded.auth_offset, digest_size);
        const auto digest =
            shared().crypto.message_digest(user_.auth, used->auth, made.bytes, place);
        std::copy(digest->bytes().begin(), digest->bytes().end(), place.begin());
    }
    const Bytes unharmed = made.bytes;
    for (unsigned harm = how / 64; harm > 1; --harm)
        made.bytes[script_.next() % made.bytes.size()] ^= std::byte{script_.next()};
    // Octets may be changed to what they were.
    made.is_authentic = has_digest && made.bytes == unharmed;
    return made;
}

// Never more than two in ten seconds.
void check_discoveries(std::deque<MonoTime>& sent, MonoTime now)
{
    sent.push_back(now);
    if (sent.size() <= 2) return;
    INVARIANT(now - sent.front() >= 10s);
    sent.pop_front();
}

struct Attempt {
    Usm& usm;
    const UsmSettings& user;
    Device& device;
    Script& script;
};

// True when the request is to be sent again.
bool attempt(const Attempt& with, std::int32_t id, MonoTime now, bool discovers)
{
    const auto purpose = id % 4 == 0 ? Usm::Purpose::sign_of_life : Usm::Purpose::reading;
    static const auto name = Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}.ber_content();
    const std::array<std::span<const std::byte>, 1> names{name};
    Bytes request(1'400);
    request.resize(
        discovers ? with.usm.discover(id, now, request)
                  : with.usm.seal({.type = PduType::get}, names, purpose, id, now, request)
    );
    INVARIANT(!request.empty());
    const Sent sent = with.device.take(request);
    INVARIANT(sent.id == id);
    for (unsigned replies = with.script.next() % 4; replies > 0; --replies) {
        const bool is_raw = with.script.next() % 8 == 0;
        const Made made = is_raw ? Made{.bytes = with.script.next(200)} : with.device.answer(sent);
        const auto message = parse_v3_message(made.bytes);
        if (!message || message->id != id) continue;
        const Usm::Opened opened = with.usm.open(*message, made.bytes, now);
        if (opened.meaning == Usm::Meaning::again) return purpose == Usm::Purpose::reading;
        if (opened.meaning == Usm::Meaning::refusal) INVARIANT(!opened.why.empty());
        if (opened.meaning != Usm::Meaning::answer) continue;
        INVARIANT(made.is_authentic || with.user.level == SecurityLevel::no_auth_no_priv);
        INVARIANT(!discovers);
        INVARIANT(opened.answer.request_id == sent.request_id);
        return false;
    }
    with.usm.unanswered(id);
    return false;
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Script script{std::as_bytes(std::span{data, size})};
    const UsmSettings user = user_of(script);
    Usm usm{user, shared()};
    Device device{user, script};
    MonoTime now{1'000s};
    std::int32_t id = 0;
    std::deque<MonoTime> discoveries;
    while (!script.at_end()) {
        now = now + script.next() * 100ms;
        for (unsigned attempts = 0;; ++attempts) {
            INVARIANT(attempts < most_attempts);
            const Usm::Next next = usm.next(now);
            if (next == Usm::Next::wait) break;
            const bool discovers = next == Usm::Next::discovery;
            if (discovers) check_discoveries(discoveries, now);
            if (!attempt({usm, user, device, script}, ++id, now, discovers)) break;
        }
        (void)usm.explain_silence();
        (void)usm.take_change();
    }
    INVARIANT(shared().keys.size() <= 100);
    return 0;
}
