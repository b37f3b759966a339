#include "tests/agent/snmp/usm_talk.hpp"

#include "agent/snmp/oid.hpp"
#include "tests/sim/dialogue.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace hallmonitor::agent::testing {
namespace {

sim::Instant instant(MonoTime now)
{
    return now.since_boot;
}

std::shared_ptr<sim::UsmEngine> make_engine(
    const std::deque<sim::UsmUser>& users, sim::Bytes engine_id
)
{
    return std::make_shared<sim::UsmEngine>(users, std::move(engine_id), 1);
}

} // namespace

UsmSettings usual_user(std::string name)
{
    return {
        .user = std::move(name),
        .level = SecurityLevel::auth_priv,
        .auth = AuthProtocol::sha256,
        .auth_password = Secret{"authpass1"},
        .priv = PrivProtocol::aes128,
        .priv_password = Secret{"privpass1"},
    };
}

Peer::Peer(std::initializer_list<std::string_view> accounts, sim::Bytes engine_id)
    : device_(sim::make_switch(4))
{
    for (const auto account : accounts)
        users_.push_back(sim::user_of(account).value());
    replace_engine(std::move(engine_id));
}

void Peer::replace_engine(sim::Bytes engine_id)
{
    device_.add_usm(make_engine(users_, std::move(engine_id)));
}

std::vector<std::byte> Peer::answer(std::span<const std::byte> datagram, MonoTime now)
{
    sim::Bytes buffer(sim::Device::buffer_size);
    const auto* const octets = reinterpret_cast<const std::uint8_t*>(datagram.data());
    const auto reply = device_.answer({octets, datagram.size()}, instant(now), buffer);
    const auto bytes = std::as_bytes(reply.bytes);
    return {bytes.begin(), bytes.end()};
}

void Peer::set_engine(std::uint32_t boots, std::uint32_t seconds, MonoTime now)
{
    device_.set_engine_time({.boots = boots, .seconds = seconds}, instant(now));
}

void Peer::set_fault(std::string_view name, bool is_on, std::optional<std::int64_t> argument)
{
    device_.set_fault(*sim::find_fault(name), is_on, argument, sim::Instant{0});
}

Talk::Told Talk::ask(Peer& peer, MonoTime now)
{
    Told told;
    while (usm_.next(now) != Usm::Next::wait) {
        const std::string step = exchange(peer, now, Usm::Purpose::reading, told);
        told.steps += step;
        if (!step.ends_with('~')) break;
    }
    return told;
}

std::string Talk::probe(Peer& peer, MonoTime now)
{
    Told told;
    if (usm_.next(now) == Usm::Next::wait) return "w";
    return exchange(peer, now, Usm::Purpose::sign_of_life, told);
}

std::string Talk::exchange(Peer& peer, MonoTime now, Usm::Purpose purpose, Told& told)
{
    static const auto name = Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}.ber_content();
    const std::array<std::span<const std::byte>, 1> oids{name};
    const std::int32_t id = ++id_;
    const bool discovers = usm_.next(now) == Usm::Next::discovery;
    const std::string what = discovers ? "d" : "r";
    std::array<std::byte, 1'400> room{};
    const std::size_t size = discovers
                                 ? usm_.discover(id, now, room)
                                 : usm_.seal({.type = PduType::get}, oids, purpose, id, now, room);
    REQUIRE(size > 0);
    const auto reply = peer.answer(std::span{room}.first(size), now);
    if (reply.empty()) {
        usm_.unanswered(id);
        return what + "-";
    }
    const auto message = parse_v3_message(reply);
    // As RequestTable does: what carries another id answers nothing.
    if (!message || message->id != id) {
        usm_.unanswered(id);
        return what + "x";
    }
    const Usm::Opened opened = usm_.open(*message, reply, now);
    switch (opened.meaning) {
    case Usm::Meaning::again: return what + "~";
    case Usm::Meaning::refusal:
        told.why = opened.why;
        usm_.unanswered(id);
        return what + "!";
    case Usm::Meaning::unusable: usm_.unanswered(id); return what + "x";
    case Usm::Meaning::answer: break;
    }
    VarBindCursor cursor{opened.answer.varbinds};
    const VarBindView* const value = cursor.next();
    told.is_answered = value != nullptr && value->tag == Tag::timeticks;
    return what + "+";
}

} // namespace hallmonitor::agent::testing
