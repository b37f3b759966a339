#include "tests/agent/inspect/scene.hpp"

#include "tests/sim/dialogue.hpp"

#include <catch2/catch.hpp>

#include <utility>

namespace hallmonitor::agent::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto tick_period = 10ms;
constexpr auto round_trip = 400us;

const PeerAddress asked = PeerAddress::v4({192, 0, 2, 1}, 161);

Evidence evidence_of(const Scene::Setup& setup)
{
    Evidence evidence;
    evidence.target = "192.0.2.1:161";
    evidence.address = asked;
    evidence.own_address = "192.0.2.100";
    evidence.can_ping = setup.can_ping;
    return evidence;
}

SnmpSettings settings_of(const Scene::Setup& setup)
{
    SnmpSettings snmp;
    snmp.version = setup.version;
    snmp.usm = setup.usm;
    snmp.community = Secret{
        setup.community,
        {.kind = SecretOrigin::Kind::environment, .name = "HALLMONITOR_COMMUNITY"}};
    return snmp;
}

} // namespace

Scene::Scene(const Setup& setup)
    : setup_(setup), device_(sim::make_switch(setup.ports)),
      inspection_(evidence_of(setup), settings_of(setup), 1)
{
    if (setup.account.empty()) return;
    users_.push_back(sim::user_of(setup.account).value());
    device_.add_usm(std::make_shared<sim::UsmEngine>(users_, sim::engine_id_of(1), 1));
}

void Scene::set_fault(std::string_view name, std::optional<std::int64_t> argument)
{
    const sim::Fault* fault = sim::find_fault(name);
    REQUIRE(fault != nullptr);
    device_.set_fault(*fault, true, argument, sim::Instant{0});
}

Evidence& Scene::inspect()
{
    inspection_.start(now_);
    while (!inspection_.is_over(now_))
        step();
    return inspection_.evidence();
}

void Scene::step()
{
    inspection_.tick(now_);
    const auto ping = inspection_.ping_due(now_);
    if (ping && setup_.answers_ping) inspection_.ping_answered(*ping, now_ + round_trip);
    Engine& engine = inspection_.engine();
    const std::vector<Outgoing> outgoing{engine.outgoing().begin(), engine.outgoing().end()};
    for (const Outgoing& out : outgoing)
        ask(engine.buffer().subspan(out.offset, out.size));
    engine.clear_outgoing();
    const MonoTime next_tick = now_ + tick_period;
    const bool flies = !flights_.empty() && flights_.top().due < next_tick;
    now_ = flies ? flights_.top().due : next_tick;
    while (!flights_.empty() && flights_.top().due <= now_) {
        const Flight flight = flights_.top();
        flights_.pop();
        inspection_.feed(flight.from, flight.bytes, now_);
    }
}

void Scene::ask(std::span<const std::byte> request)
{
    if (setup_.is_port_closed) return inspection_.refused(asked);
    std::vector<std::uint8_t> bytes;
    for (const std::byte part : request)
        bytes.push_back(std::to_integer<std::uint8_t>(part));
    std::vector<std::uint8_t> buffer(sim::Device::buffer_size);
    const sim::Datagram reply = device_.answer(bytes, now_ - start, buffer);
    if (reply.bytes.empty() || reply.copies == 0) return;
    PeerAddress from = asked;
    if (reply.source == sim::Source::other_address) from = PeerAddress::v4({192, 0, 2, 9}, 161);
    if (reply.source == sim::Source::other_port) ++from.port;
    Flight flight{
        .due = now_ + round_trip + reply.delay, .order = order_++, .from = from, .bytes = {}};
    for (const std::uint8_t part : reply.bytes)
        flight.bytes.push_back(std::byte{part});
    flights_.push(std::move(flight));
}

} // namespace hallmonitor::agent::testing
