#include "tests/agent/poll/school.hpp"

#include "tests/sim/kinds/kind.hpp"

#include <algorithm>
#include <array>
#include <malloc.h>
#include <utility>

namespace hallmonitor::agent::testing {
namespace {

using namespace std::chrono_literals;

constexpr MonoTime start{1'000s};
constexpr auto tick_period = 50ms;
constexpr auto one_way = 1ms;

DeviceConfig config_of(std::size_t number, const School::Setup& setup)
{
    DeviceConfig config;
    config.name = "sw-" + std::to_string(number);
    config.address = School::address(number).to_string();
    config.snmp = setup.snmp;
    config.poll_interval = setup.interval;
    return config;
}

std::size_t heap_octets()
{
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

} // namespace

PeerAddress School::address(std::size_t number)
{
    return PeerAddress::v4({10, 1, 0, static_cast<std::uint8_t>(number + 1)}, 161);
}

sim::Instant School::instant(MonoTime at)
{
    return at - start;
}

School::Setup School::speaking_v3()
{
    Setup setup;
    setup.accounts = {"monitor:sha256:authpass1:aes128:privpass1"};
    setup.snmp.version = SnmpVersion::v3;
    setup.snmp.usm = {
        .user = "monitor",
        .level = SecurityLevel::auth_priv,
        .auth = AuthProtocol::sha256,
        .auth_password = Secret{"authpass1"},
        .priv = PrivProtocol::aes128,
        .priv_password = Secret{"privpass1"},
    };
    return setup;
}

School::School(const Setup& setup)
    : setup_(setup), engine_(setup.seed), now_(start), next_tick_(start),
      buffer_(sim::Device::buffer_size)
{
    engine_.use(setup.profiles);
    const auto blueprint = std::make_shared<const sim::Blueprint>(
        sim::make_blueprint(*sim::find_kind(setup.kind), setup.ports, 0)
    );
    for (const std::string& account : setup.accounts)
        users_.push_back(sim::user_of(account).value());
    for (std::size_t number = 0; number < setup.devices; ++number) {
        const DeviceConfig config = config_of(number, setup);
        const auto small = static_cast<std::uint32_t>(number);
        devices_.push_back(
            {.sim = sim::Device{{.number = small, .seed = setup.seed}, blueprint},
             .report = DeviceReport{config},
             .seen = {}}
        );
        if (!users_.empty()) {
            auto id = setup.engine_id.empty() ? sim::engine_id_of(small) : setup.engine_id;
            devices_.back().sim.add_usm(
                std::make_shared<sim::UsmEngine>(users_, std::move(id), setup.seed + number)
            );
        }
        at_address_[address(number)] = number;
        engine_.add(small, config, address(number), start);
        liveness_.add(small, config.liveness, number != setup.no_ping, true, start);
    }
}

void School::run_for(std::chrono::milliseconds duration)
{
    const MonoTime end = now_ + duration;
    while (now_ < end) {
        const bool flies = !flights_.empty() && flights_.top().due < next_tick_;
        now_ = std::min(end, flies ? flights_.top().due : next_tick_);
        if (now_ >= next_tick_) tick();
        while (!flights_.empty() && flights_.top().due <= now_) {
            const Flight flight = flights_.top();
            flights_.pop();
            arrive(flight);
        }
        take_results();
        flush();
    }
}

void School::tick()
{
    next_tick_ = next_tick_ + tick_period;
    engine_.tick(now_);
    for (const Probe& probe : liveness_.tick(now_)) {
        if (probe.kind == ProbeKind::snmp) {
            engine_.probe(probe.device, now_);
        } else if (devices_[probe.device].answers_ping) {
            flights_.push(
                {.due = now_ + 2 * one_way,
                 .order = ++order_,
                 .number = probe.device,
                 .from = {},
                 .bytes = {},
                 .echo = probe.sequence}
            );
        }
    }
}

void School::arrive(const Flight& flight)
{
    const auto number = static_cast<std::uint32_t>(flight.number);
    if (flight.echo) return liveness_.ping_answered(number, *flight.echo, now_);
    devices_[number].octets += flight.bytes.size();
    if (const auto answered = engine_.feed(flight.from, flight.bytes, now_))
        liveness_.answered(*answered, now_);
    constexpr std::uint64_t samples = 16; // asking the heap is slow
    if (order_ % samples == 0) peak_ = std::max(peak_, heap_octets());
}

void School::take_results()
{
    for (Engine::Ended& ended : engine_.take_ended())
        take_outcome(ended.number, std::move(ended.outcome));
    for (const Verdict& verdict : liveness_.take_verdicts()) {
        Member& member = devices_[verdict.device];
        member.report.take(verdict);
        member.seen.verdicts.push_back(verdict);
        engine_.set_down(verdict.device, verdict.state == State::down);
    }
}

void School::take_outcome(std::size_t number, PollOutcome outcome)
{
    Member& member = devices_[number];
    for (Event& event : member.report.take(outcome, now_))
        member.seen.events.push_back(std::move(event));
    const MonoTime began = now_ - outcome.duration;
    Cycle cycle{
        .began = began,
        .ended = now_,
        .outcome = std::move(outcome),
        .requests = std::exchange(member.requests, 0),
        .octets = std::exchange(member.octets, 0)};
    cycle.is_whole = cycle.outcome.interfaces_complete && cycle.outcome.reading;
    if (cycle.outcome.reading && on_reading) on_reading(number, cycle);
    cycle.outcome.reading.reset();
    member.seen.cycles.push_back(std::move(cycle));
}

void School::flush()
{
    for (const Outgoing& outgoing : engine_.outgoing())
        ask(at_address_.at(outgoing.to), engine_.buffer().subspan(outgoing.offset, outgoing.size));
    engine_.clear_outgoing();
}

void School::ask(std::size_t number, std::span<const std::byte> request)
{
    Member& member = devices_[number];
    ++member.requests;
    const auto* const octets = reinterpret_cast<const std::uint8_t*>(request.data());
    const auto reply =
        member.sim.answer({octets, request.size()}, instant(now_ + one_way), buffer_);
    if (reply.bytes.empty()) return;
    constexpr std::array sources{
        sim::Source::as_asked, sim::Source::other_address, sim::Source::other_port};
    for (unsigned i = 0; i < reply.forgeries; ++i)
        send(number, reply, sources.at(i % sources.size()), true);
    for (unsigned copy = 0; copy < reply.copies; ++copy)
        send(number, reply, reply.source, false);
}

void School::send(
    std::size_t number, const sim::Datagram& reply, sim::Source source, bool is_forged
)
{
    const auto bytes = std::as_bytes(reply.bytes);
    Flight flight{
        .due = now_ + 2 * one_way + reply.delay,
        .order = ++order_,
        .number = number,
        .from = address(number),
        .bytes = {bytes.begin(), bytes.end()},
        .echo = {}};
    if (source == sim::Source::other_address) flight.from.bytes.back() ^= 0x80;
    if (source == sim::Source::other_port) flight.from.port = 9'161;
    // Whoever believes a forgery sees another last value.
    if (is_forged) flight.bytes.back() ^= std::byte{0x55};
    if (is_forged && source == sim::Source::as_asked)
        flight.bytes[reply.id_end - 1] ^= std::byte{0x01};
    flights_.push(std::move(flight));
}

bool School::is_down(std::size_t number) const
{
    return liveness_.is_down(static_cast<std::uint32_t>(number));
}

void School::forget()
{
    for (Member& member : devices_)
        member.seen = {};
}

void School::set_fault(std::size_t number, const sim::Fault& fault, bool is_on)
{
    devices_[number].sim.set_fault(fault, is_on, std::nullopt, instant(now_));
}

std::size_t School::take_peak()
{
    return std::exchange(peak_, heap_octets());
}

} // namespace hallmonitor::agent::testing
