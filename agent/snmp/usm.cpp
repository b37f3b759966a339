#include "agent/snmp/usm.hpp"

#include "agent/snmp/usm_words.hpp"
#include "common/check.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto discovery_period = 10s;  // for as many discoveries as are remembered
constexpr unsigned silent_requests = 3; // then the engine may have become another one

// At first contact a request is sent up to three times at once (engine id, time, itself), of a
// device whose boots went back five times; several requests may be in flight.
constexpr unsigned most_agains = 16;

constexpr std::size_t largest_scoped_pdu = 1400;

std::string hexadecimal(std::span<const std::byte> octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte octet : octets) {
        text += digits[std::to_integer<std::size_t>(octet >> 4)];
        text += digits[std::to_integer<std::size_t>(octet & std::byte{0x0f})];
    }
    return text;
}

// RFC 3414 section 8.1.1.1 and RFC 3826 section 3.1.2.1: DES's begins with the boots.
std::array<std::byte, 8> salt_octets(PrivProtocol protocol, std::int32_t boots, std::uint64_t salt)
{
    if (protocol == PrivProtocol::des)
        salt = (std::uint64_t{static_cast<std::uint32_t>(boots)} << 32) | (salt & 0xffffffff);
    std::array<std::byte, 8> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets.at(i) = static_cast<std::byte>((salt >> (56 - 8 * i)) & 0xff);
    return octets;
}

PrivInput priv_input(EngineStamp stamp, const std::array<std::byte, 8>& salt)
{
    return {
        .engine_boots = static_cast<std::uint32_t>(stamp.boots),
        .engine_time = static_cast<std::uint32_t>(stamp.time),
        .salt = salt};
}

bool same_octets(std::span<const std::byte> a, std::span<const std::byte> b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

} // namespace

UsmShared::UsmShared(std::uint64_t seed) : ids_(seed)
{
    const auto high = static_cast<std::uint64_t>(ids_.next());
    salt_ = (high << 33) | (static_cast<std::uint64_t>(ids_.next()) << 2);
}

Usm::Usm(const UsmSettings& user, UsmShared& shared)
    : user_(user), shared_(shared), mask_(shared.next_mask())
{}

Usm::Next Usm::next(MonoTime now) const
{
    if (state_ == State::ready) return Next::request;
    const auto& oldest = discovered_at_.front();
    const bool is_allowed = !oldest || now - *oldest >= discovery_period;
    if (discovery_ == 0 && is_allowed) return Next::discovery;
    return engine_id_.empty() || denies_engine_ ? Next::wait : Next::request;
}

std::size_t Usm::discover(std::int32_t id, MonoTime now, std::span<std::byte> out)
{
    INVARIANT(next(now) == Next::discovery);
    std::rotate(discovered_at_.begin(), discovered_at_.begin() + 1, discovered_at_.end());
    discovered_at_.back() = now;
    ++discoveries_;
    discovery_ = id;
    last_discovery_ = id;
    std::array<std::byte, 64> pdu{};
    const RequestHead head{.version = SnmpVersion::v3, .request_id = id ^ mask_};
    const std::size_t size = encode_scoped_pdu({}, {}, head, {}, pdu);
    return encode_v3_message({.id = id, .data = std::span{pdu}.first(size)}, 0, out).size;
}

std::size_t Usm::seal(
    const RequestHead& head,
    std::span<const std::span<const std::byte>> oids,
    Purpose purpose,
    std::int32_t id,
    MonoTime now,
    std::span<std::byte> out
)
{
    INVARIANT(!engine_id_.empty());
    if (!asked_) heard_ = std::min(heard_, Heard::engine);
    asked_ = true;
    if (purpose == Purpose::sign_of_life) sign_of_life_ = id;
    RequestHead own = head;
    own.request_id = id ^ mask_;
    std::array<std::byte, largest_scoped_pdu> room{};
    const std::size_t size = encode_scoped_pdu(engine_id_, user_.context, own, oids, room);
    if (size == 0) return 0;
    const EngineStamp stamp = this->stamp(purpose, now);
    V3Message message{
        .id = id,
        .is_authenticated = has(SecurityLevel::auth_no_priv),
        .is_encrypted = has(SecurityLevel::auth_priv),
        .engine_id = engine_id_,
        .engine_boots = stamp.boots,
        .engine_time = stamp.time,
        .user = std::as_bytes(std::span{user_.user}),
        .data = std::span{room}.first(size),
    };
    std::array<std::byte, 8> salt{};
    if (message.is_encrypted) {
        salt = salt_octets(user_.priv, stamp.boots, shared_.next_salt());
        const auto cipher =
            shared_.crypto.encrypt(user_.priv, keys_->priv, priv_input(stamp, salt), message.data);
        if (!cipher) return 0;
        message.data = *cipher;
        message.priv_parameters = salt;
    }
    const std::size_t digest_size = message.is_authenticated ? digest_bytes(user_.auth) : 0;
    const V3Encoded encoded = encode_v3_message(message, digest_size, out);
    if (!message.is_authenticated || encoded.size == 0) return encoded.size;
    const auto place = out.subspan(encoded.auth_offset, digest_size);
    const auto digest =
        shared_.crypto.message_digest(user_.auth, keys_->auth, out.first(encoded.size), place);
    if (!digest) return 0;
    std::copy(digest->bytes().begin(), digest->bytes().end(), place.begin());
    return encoded.size;
}

// Zeros make the device report its time (RFC 3414 section 4), under the user's key but in the
// clear: also where it cannot decrypt what is asked, or shows the user nothing.
EngineStamp Usm::stamp(Purpose purpose, MonoTime now) const
{
    const bool wants_report = purpose == Purpose::sign_of_life && heard_ != Heard::answer;
    if (wants_report || !has(SecurityLevel::auth_no_priv)) return {};
    return clock_.stamp(now);
}

void Usm::unanswered(std::int32_t id)
{
    agains_ = 0;
    if (id == discovery_) {
        discovery_ = 0;
        if (state_ != State::discovering) return;
        heard_ = Heard::nothing;
        denies_engine_ = false;
        return;
    }
    if (++silent_ < silent_requests) return;
    silent_ = 0;
    state_ = State::discovering;
    clock_.doubt();
}

Usm::Opened Usm::open(const V3Message& message, std::span<const std::byte> datagram, MonoTime now)
{
    auto judgement = EngineClock::Judgement::timely;
    if (message.is_authenticated) {
        if (!is_authentic(message, datagram)) return {};
        judgement = take_stamp(message, now);
        if (judgement == EngineClock::Judgement::latched)
            return {
                .meaning = Meaning::refusal,
                .why = "has used up its engine boots (2147483647): it needs a new engine id (RFC "
                       "3414 section 2.2.2)"};
    }
    const auto scoped_pdu = parse_scoped_pdu(plain(message));
    if (!scoped_pdu) return {};
    if (scoped_pdu->type == PduType::report) return open_report(message, *scoped_pdu, now);
    if (scoped_pdu->type != PduType::response) return {};
    if (judgement == EngineClock::Judgement::behind) return again(UsmReport::not_in_time_window);
    return open_answer(message, *scoped_pdu);
}

bool Usm::is_from_engine(const V3Message& message) const
{
    return !engine_id_.empty() && same_octets(message.engine_id, engine_id_) &&
           same_octets(message.user, std::as_bytes(std::span{user_.user}));
}

bool Usm::is_authentic(const V3Message& message, std::span<const std::byte> datagram)
{
    if (!keys_ || !is_from_engine(message)) return false;
    if (message.auth_parameters.size() != digest_bytes(user_.auth)) return false;
    const auto digest =
        shared_.crypto.message_digest(user_.auth, keys_->auth, datagram, message.auth_parameters);
    return digest && same_digest(digest->bytes(), message.auth_parameters);
}

EngineClock::Judgement Usm::take_stamp(const V3Message& message, MonoTime now)
{
    heard_ = std::max(heard_, Heard::user);
    state_ = State::ready;
    const EngineStamp stamp{.boots = message.engine_boots, .time = message.engine_time};
    const std::string before = std::to_string(clock_.boots());
    const std::string after = std::to_string(stamp.boots);
    const auto judgement = clock_.take(stamp, now);
    if (judgement == EngineClock::Judgement::restarted)
        change_ = "restarted its SNMP engine: boots " + after + " after " + before;
    if (judgement == EngineClock::Judgement::set_back)
        change_ = "set its SNMP engine back: boots " + after + " after " + before +
                  ", believed since it said so thrice under the user's key";
    return judgement;
}

// Empty when it cannot be decrypted.
std::span<const std::byte> Usm::plain(const V3Message& message)
{
    if (!message.is_encrypted) return message.data;
    std::array<std::byte, 8> salt{};
    if (!has(SecurityLevel::auth_priv) || message.priv_parameters.size() != salt.size()) return {};
    std::copy(message.priv_parameters.begin(), message.priv_parameters.end(), salt.begin());
    const EngineStamp stamp{.boots = message.engine_boots, .time = message.engine_time};
    const auto text =
        shared_.crypto.decrypt(user_.priv, keys_->priv, priv_input(stamp, salt), message.data);
    return text ? *text : std::span<const std::byte>{};
}

Usm::Opened Usm::open_answer(const V3Message& message, const ResponseView& answer)
{
    const bool is_of_level = message.is_authenticated == has(SecurityLevel::auth_no_priv) &&
                             message.is_encrypted == has(SecurityLevel::auth_priv);
    // Of a discovery there is no answer but a report, also when it has been answered.
    const bool is_ours = is_from_engine(message) && message.id != last_discovery_ &&
                         answer.request_id == (message.id ^ mask_);
    if (!is_of_level || !is_ours) return {};
    heard_ = Heard::answer;
    state_ = State::ready;
    silent_ = 0;
    agains_ = 0;
    denies_engine_ = false;
    if (!changed_from_.empty()) {
        change_ = "has another SNMP engine id: " + hexadecimal(engine_id_) + " instead of " +
                  hexadecimal(changed_from_);
        changed_from_.clear();
    }
    return {.meaning = Meaning::answer, .answer = answer};
}

Usm::Opened Usm::open_report(const V3Message& message, const ResponseView& report, MonoTime now)
{
    if (message.id == discovery_) return learn_engine(message.engine_id);
    const UsmReport what = report_of(report);
    if (what == UsmReport::not_in_time_window) {
        const EngineStamp stamp{.boots = message.engine_boots, .time = message.engine_time};
        if (!message.is_authenticated) clock_.hint(stamp, now);
        if (message.id == sign_of_life_) return {.meaning = Meaning::again};
        return again(what);
    }
    if (what == UsmReport::unknown_engine) {
        state_ = State::discovering;
        denies_engine_ = true; // or has another one now, and then an answer will follow
        return again(what);
    }
    return refuse(what);
}

Usm::Opened Usm::refuse(UsmReport why)
{
    silent_ = 0;
    return {.meaning = Meaning::refusal, .why = refusal_text(why, user_)};
}

Usm::Opened Usm::learn_engine(std::span<const std::byte> engine_id)
{
    discovery_ = 0;
    if (!same_octets(engine_id, engine_id_) || engine_id_.empty()) {
        if (engine_id.empty() || engine_id.size() > longest_engine_id)
            return {
                .meaning = Meaning::refusal,
                .why = "tells an engine id of " + std::to_string(engine_id.size()) +
                       " octets, where 5 to 32 are allowed (RFC 3411)"};
        if (has(SecurityLevel::auth_no_priv)) {
            auto keys = shared_.keys.keys(user_, engine_id);
            if (!keys)
                return {
                    .meaning = Meaning::refusal,
                    .why =
                        "cannot be asked: no keys for its SNMPv3 user, " + keys.error().message()};
            keys_ = std::move(*keys);
        }
        if (changed_from_.empty()) changed_from_ = engine_id_;
        engine_id_.assign(engine_id.begin(), engine_id.end());
        clock_ = {};
    }
    state_ = State::ready;
    heard_ = std::max(heard_, Heard::engine);
    asked_ = false; // what was heard of requests before still explains those in flight
    silent_ = 0;
    return again(UsmReport::unknown_engine);
}

Usm::Opened Usm::again(UsmReport why)
{
    if (++agains_ > most_agains) return refuse(why);
    return {.meaning = Meaning::again};
}

std::string Usm::explain_silence() const
{
    const std::string who = "SNMPv3 user '" + user_.user + "'";
    if (denies_engine_) return refusal_text(UsmReport::unknown_engine, user_);
    switch (heard_) {
    case Heard::nothing:
        return "no answer to SNMPv3 discovery: SNMPv3 is off there, an access list keeps this "
               "machine out, or it is down; the protocol does not say which";
    case Heard::engine:
        return "tells its SNMPv3 engine id, but answers nothing to the " + who +
               ": an access list, a view or the context keeps it out";
    case Heard::user:
        if (has(SecurityLevel::auth_priv))
            return "believes the " + who +
                   ", but answers no encrypted request: " + privacy_suspects(user_);
        return "believes the " + who + ", but answers nothing: a view or the context keeps it out";
    case Heard::answer: break;
    }
    return {};
}

} // namespace hallmonitor::agent
