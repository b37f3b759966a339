#include "tests/sim/usm_engine.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace hallmonitor::sim {
namespace {

constexpr std::uint8_t has_digest_flag = 1;
constexpr std::uint8_t is_encrypted_flag = 2;
constexpr std::uint8_t wants_report_flag = 4;
constexpr std::int32_t window = 150;

// usmStats, RFC 3414 section 5, by their last arc but one.
constexpr unsigned unsupported_level = 1;
constexpr unsigned not_in_time_window = 2;
constexpr unsigned unknown_user = 3;
constexpr unsigned unknown_engine = 4;
constexpr unsigned wrong_digest = 5;
constexpr unsigned decryption_error = 6;

Bytes joined(std::initializer_list<ByteView> parts)
{
    Bytes all;
    for (const auto part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

Bytes number(std::int64_t value)
{
    Value encoded;
    encoded.set_integer(value);
    return encoded.tlv();
}

bool is_same(ByteView a, ByteView b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

} // namespace

Bytes engine_id_of(std::uint32_t device)
{
    Bytes id{0x80, 0x00, 0x7E, 0xD9, 0x05};
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        id.push_back(static_cast<std::uint8_t>(device >> (shift - 8)));
    }
    return id;
}

UsmEngine::UsmEngine(const std::deque<UsmUser>& users, Bytes engine_id, std::uint64_t seed)
    : engine_id_(std::move(engine_id)), random_(seed * 0x9E3779B97F4A7C15U | 1U)
{
    for (const auto& user : users) {
        users_.emplace_back(user, engine_id_);
    }
}

std::uint32_t UsmEngine::random()
{
    random_ ^= random_ >> 12U;
    random_ ^= random_ << 25U;
    random_ ^= random_ >> 27U;
    return static_cast<std::uint32_t>(random_ * 0x2545F4914F6CDD1DU >> 32U);
}

bool UsmEngine::parse(ByteView datagram)
{
    in_ = {};
    Cursor outer{datagram};
    Cursor message{outer.take(tag::sequence)};
    if (message.take_integer() != 3) return false;
    Cursor head{message.take(tag::sequence)};
    in_.id = head.take_integer();
    takes_ = static_cast<std::size_t>(std::max(head.take_integer(), 484));
    const auto flags = head.take(tag::octets);
    const auto model = head.take_integer();
    if (head.failed() || flags.size() != 1 || model != 3) return false;
    in_.has_digest = (flags[0] & has_digest_flag) != 0;
    in_.is_encrypted = (flags[0] & is_encrypted_flag) != 0;
    in_.wants_report = (flags[0] & wants_report_flag) != 0;

    Cursor security{message.take(tag::octets)};
    Cursor fields{security.take(tag::sequence)};
    in_.engine_id = fields.take(tag::octets);
    in_.boots = fields.take_integer();
    in_.seconds = fields.take_integer();
    in_.user = fields.take(tag::octets);
    in_.digest = fields.take(tag::octets);
    in_.salt = fields.take(tag::octets);
    if (fields.failed()) return false;
    const auto data = in_.is_encrypted ? message.take(tag::octets) : message.rest();
    in_.scoped_pdu.assign(data.begin(), data.end());
    return !message.failed();
}

UsmEngine::Outcome UsmEngine::open(
    ByteView datagram, EngineTime now, const UsmMisdeeds& misdeeds, Request& request
)
{
    now_ = now;
    if (misdeeds.boots) now_.boots = *misdeeds.boots;
    if (misdeeds.jumps) now_ = {.boots = random() % 1'000 + 1, .seconds = random() % 1'000'000};
    if (!parse(datagram)) return Outcome::ignored;
    const auto counter = judge(datagram, misdeeds);
    // As snmpd does: what decrypts to nonsense is met with silence.
    if (counter == decryption_error) return Outcome::ignored;
    Cursor outer{in_.scoped_pdu};
    Cursor scoped{outer.take(tag::sequence)};
    if (counter == 0 || !in_.is_encrypted) {
        scoped.take(tag::octets);
        const auto context = scoped.take(tag::octets);
        in_.context.assign(context.begin(), context.end());
        const bool is_request = !scoped.failed() && parse_pdu(scoped, request);
        if (!is_request) return Outcome::ignored;
        in_.request_id = request.id;
    }
    if (counter == 0) return Outcome::opened;
    if (!in_.wants_report) return Outcome::ignored;
    make_report(counter, misdeeds);
    return Outcome::reported;
}

unsigned UsmEngine::judge(ByteView datagram, const UsmMisdeeds& misdeeds)
{
    user_ = nullptr;
    if (in_.engine_id.empty()) ++counts_.discoveries;
    if (misdeeds.denies_engine || !is_same(in_.engine_id, engine_id_)) return unknown_engine;
    const auto found = std::find_if(users_.begin(), users_.end(), [&](const UserKeys& keys) {
        return is_same(
            in_.user,
            ByteView{
                reinterpret_cast<const std::uint8_t*>(keys.user().name.data()),
                keys.user().name.size()}
        );
    });
    if (found == users_.end()) return unknown_user;
    user_ = &*found;
    if ((in_.has_digest && user_->user().digest == nullptr) ||
        (in_.is_encrypted && user_->user().cipher == nullptr))
        return unsupported_level;
    if (!in_.has_digest) return 0;
    Bytes blank(datagram.begin(), datagram.end());
    const auto at = blank.begin() + (in_.digest.data() - datagram.data());
    std::fill(at, at + static_cast<std::ptrdiff_t>(in_.digest.size()), std::uint8_t{0});
    if (!is_same(user_->digest(blank), in_.digest)) return wrong_digest;
    if (misdeeds.denies_time || !is_timely()) return not_in_time_window;
    return in_.is_encrypted && !decrypt() ? decryption_error : 0;
}

bool UsmEngine::is_timely() const
{
    const auto difference = std::int64_t{in_.seconds} - std::int64_t{now_.seconds};
    return static_cast<std::uint32_t>(in_.boots) == now_.boots && std::abs(difference) <= window;
}

bool UsmEngine::decrypt()
{
    CipherInput input{
        .boots = static_cast<std::uint32_t>(in_.boots),
        .time = static_cast<std::uint32_t>(in_.seconds)};
    if (in_.salt.size() != input.salt.size()) return false;
    std::copy(in_.salt.begin(), in_.salt.end(), input.salt.begin());
    in_.scoped_pdu = user_->decrypted(input, in_.scoped_pdu);
    Cursor outer{in_.scoped_pdu};
    outer.take(tag::sequence);
    return !outer.failed();
}

void UsmEngine::make_report(unsigned counter, const UsmMisdeeds& misdeeds)
{
    ++counts_.reports;
    Value count;
    count.set_unsigned(tag::counter32, counts_.reports);
    const auto name = make_tlv(tag::oid, oid_contents({1, 3, 6, 1, 6, 3, 15, 1, 1, counter, 0}));
    const auto list = make_tlv(tag::sequence, make_tlv(tag::sequence, joined({name, count.tlv()})));
    const auto zero = number(0);
    const auto pdu = make_tlv(tag::report, joined({number(in_.request_id), zero, zero, list}));
    const auto scoped = make_tlv(
        tag::sequence,
        joined({make_tlv(tag::octets, engine_id_), make_tlv(tag::octets, in_.context), pdu})
    );
    report_ = wrap(scoped, counter == not_in_time_window, false, misdeeds);
}

Bytes UsmEngine::seal(ByteView reply, const UsmMisdeeds& misdeeds)
{
    Cursor outer{reply};
    Cursor message{outer.take(tag::sequence)};
    message.take_integer();
    message.take(tag::octets);
    const auto scoped = make_tlv(
        tag::sequence,
        joined(
            {make_tlv(tag::octets, engine_id_), make_tlv(tag::octets, in_.context), message.rest()}
        )
    );
    auto sealed = wrap(scoped, in_.has_digest, in_.is_encrypted, misdeeds);
    ++counts_.answers;
    if (misdeeds.replays && !earlier_.empty()) {
        ++counts_.replayed;
        return earlier_;
    }
    earlier_ = sealed;
    return sealed;
}

Bytes UsmEngine::wrap(
    const Bytes& scoped_pdu, bool has_digest, bool is_encrypted, const UsmMisdeeds& misdeeds
)
{
    if (misdeeds.signs_nothing) has_digest = is_encrypted = false;
    Bytes engine_id = engine_id_;
    if (misdeeds.has_new_engine) engine_id.back() = static_cast<std::uint8_t>(random());
    CipherInput input{.boots = now_.boots, .time = now_.seconds};
    Bytes salt;
    Bytes data = scoped_pdu;
    if (is_encrypted) {
        for (auto& octet : input.salt) {
            octet = static_cast<std::uint8_t>(random());
        }
        salt.assign(input.salt.begin(), input.salt.end());
        data = make_tlv(tag::octets, user_->encrypted(input, scoped_pdu));
    }
    const Bytes blank(has_digest ? user_->user().digest->sent : 0);
    const auto security = make_tlv(
        tag::octets,
        make_tlv(
            tag::sequence,
            joined(
                {make_tlv(tag::octets, engine_id),
                 number(now_.boots),
                 number(now_.seconds),
                 make_tlv(tag::octets, in_.user),
                 make_tlv(tag::octets, blank),
                 make_tlv(tag::octets, salt)}
            )
        )
    );
    const auto flags = static_cast<std::uint8_t>(
        (has_digest ? has_digest_flag : 0) | (is_encrypted ? is_encrypted_flag : 0)
    );
    const auto head = make_tlv(
        tag::sequence,
        joined(
            {number(in_.id),
             number(static_cast<std::int32_t>(misdeeds.message_size.value_or(65'507))),
             make_tlv(tag::octets, ByteView{&flags, 1}),
             number(3)}
        )
    );
    auto message = make_tlv(tag::sequence, joined({number(3), head, security, data}));
    if (!has_digest) return message;
    auto digest = user_->digest(message);
    if (misdeeds.signs_wrong) digest[0] ^= 1U;
    // From the end: the data, the salt, the digest.
    const auto end = message.size() - data.size() - 2 - salt.size();
    std::copy(
        digest.begin(),
        digest.end(),
        message.begin() + static_cast<std::ptrdiff_t>(end - digest.size())
    );
    return message;
}

std::size_t UsmEngine::id_end(ByteView message)
{
    Cursor outer{message};
    Cursor fields{outer.take(tag::sequence)};
    fields.take_integer();
    Cursor head{fields.take(tag::sequence)};
    head.take_integer();
    return static_cast<std::size_t>(head.rest().data() - message.data());
}

} // namespace hallmonitor::sim
