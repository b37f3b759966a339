#include "agent/io/device_loop.hpp"

#include "agent/io/host_facts.hpp"
#include "agent/io/resolve.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto tick_period = 50ms;
constexpr auto least_hurry_gap = 250ms;
constexpr auto resolve_period = 5min;
constexpr std::uint16_t default_port = 161;

std::uint16_t port_of(const DeviceConfig& device)
{
    return device.snmp ? device.snmp->port : default_port;
}

} // namespace

DeviceLoop::DeviceLoop(
    asio::any_io_executor loop,
    const std::vector<DeviceConfig>& devices,
    const std::shared_ptr<const Catalogue>& profiles,
    Recorder& recorder
)
    : loop_(loop), recorder_(recorder), engine_(random_number()), udp_(loop),
      ping_(loop, random_number())
{
    engine_.use(profiles);
    devices_.reserve(devices.size());
    for (const DeviceConfig& config : devices)
        devices_.push_back(
            {.config = config, .report = DeviceReport{config}, .address = {}, .is_polled = false}
        );
}

Result<void> DeviceLoop::open(std::string& problem)
{
    if (auto opened = udp_.open(); !opened) {
        problem = "cannot open a UDP socket: " + opened.error().message();
        return opened.error();
    }
    const bool wants_ping = std::any_of(devices_.begin(), devices_.end(), [](const Device& device) {
        return device.config.liveness.ping;
    });
    std::string no_ping;
    if (wants_ping && ping_.open(no_ping)) {
        can_ping_ = true;
    } else if (wants_ping) {
        log::warning("ping_not_permitted", {{"reason", no_ping}});
        recorder_.add(Event{mono_now(), "", "ping_not_permitted", no_ping});
    }
    udp_.start(
        [this](std::span<const InDatagram> datagrams) { take_datagrams(datagrams); },
        [this](PeerAddress peer) { take_unreachable(peer); }
    );
    if (can_ping_)
        ping_.start([this](PeerAddress from, EchoProbe probe, std::chrono::microseconds ago) {
            take_echo(from, probe, ago);
        });
    for (std::uint32_t number = 0; number < devices_.size(); ++number) {
        const DeviceConfig& config = devices_[number].config;
        if (const auto literal = PeerAddress::parse(config.address, port_of(config)))
            place(number, *literal);
    }
    return {};
}

void DeviceLoop::place(std::uint32_t number, PeerAddress address)
{
    Device& device = devices_[number];
    const bool is_new = !device.address;
    device.address = address;
    if (!is_new) {
        if (device.is_polled) engine_.move(number, address);
        return;
    }
    const bool pings = can_ping_ && device.config.liveness.ping;
    if (device.config.snmp) {
        engine_.add(number, device.config, address, mono_now());
        if (const auto known = restored_.extract(device.config.name))
            engine_.restore(number, known.mapped());
        device.is_polled = true;
    }
    if (pings || device.config.snmp)
        liveness_.add(
            number, device.config.liveness, pings, device.config.snmp.has_value(), mono_now()
        );
}

LearntDevices DeviceLoop::learnt() const
{
    LearntDevices all;
    for (std::uint32_t number = 0; number < devices_.size(); ++number) {
        const Device& device = devices_[number];
        const std::string& name = device.config.name;
        if (device.is_polled) {
            Learnt learnt = engine_.device(number).learnt();
            if (learnt.identity != 0) all.emplace(name, learnt);
        } else if (const auto known = restored_.find(name); known != restored_.end()) {
            all.insert(*known); // its address is not known yet
        }
    }
    return all;
}

Task<void> DeviceLoop::run()
{
    asio::steady_timer timer{loop_};
    timer.expires_after(0s);
    for (;;) {
        const auto [error] = co_await timer.async_wait(as_result);
        if (error) co_return;
        tick();
        // From now, not from the last expiry: ticks that were missed are not caught up.
        timer.expires_after(tick_period);
    }
}

void DeviceLoop::tick()
{
    // What came while nothing woke us.
    udp_.drain();
    ping_.drain();
    const MonoTime now = mono_now();
    engine_.tick(now);
    std::vector<PingSocket::Target> pings;
    for (const Probe& probe : liveness_.tick(now)) {
        const Device& device = devices_[probe.device];
        if (probe.kind == ProbeKind::snmp) {
            engine_.probe(probe.device, now);
        } else {
            pings.push_back(
                {.to = *device.address,
                 .probe = {.device = probe.device, .sequence = probe.sequence}}
            );
        }
    }
    if (!pings.empty()) ping_.send(pings);
    take_results();
    hurry(now);
    // The next request of a cycle waits for an answer; nothing waits for a probe's.
    udp_.set_patient(!engine_.is_polling());
    ping_.set_patient(true);
}

void DeviceLoop::take_datagrams(std::span<const InDatagram> datagrams)
{
    const MonoTime now = mono_now();
    for (const InDatagram& datagram : datagrams) {
        const auto number = engine_.feed(datagram.from, datagram.bytes, now);
        if (number) liveness_.answered(*number, now);
    }
    take_results();
}

void DeviceLoop::take_unreachable(PeerAddress peer)
{
    const MonoTime now = mono_now();
    // Somebody at that address said so: the host is there, only its SNMP agent is not. Where ping
    // can tell, a word that anyone can forge does not count.
    for (const std::uint32_t number : engine_.refused(peer))
        if (!can_ping_) liveness_.answered(number, now);
    take_results();
}

void DeviceLoop::take_echo(PeerAddress from, EchoProbe probe, std::chrono::microseconds ago)
{
    if (probe.device >= devices_.size()) return;
    const auto& address = devices_[probe.device].address;
    if (!address || address->bytes != from.bytes) return;
    liveness_.ping_answered(probe.device, probe.sequence, mono_now() - ago);
    take_results();
}

void DeviceLoop::take_results()
{
    for (const Engine::Ended& ended : engine_.take_ended())
        take_outcome(ended.number, ended.outcome);
    for (Engine::Told& told : engine_.take_told())
        take_facts(told.number, std::move(told.facts));
    for (const Verdict& verdict : liveness_.take_verdicts())
        take_verdict(verdict);
    flush();
}

void DeviceLoop::take_outcome(std::uint32_t number, const PollOutcome& outcome)
{
    Device& device = devices_[number];
    for (const Event& event : device.report.take(outcome, mono_now())) {
        log::warning(event.kind, {{"address", device.config.address}, {"what", event.text}});
        recorder_.add(event);
    }
    if (outcome.definition) {
        recorder_.define(*outcome.definition);
        engine_.forget_names(number);
    }
    if (outcome.reading)
        recorder_.add(device.config.name, TableKind::interface, *outcome.reading, outcome.rows);
}

void DeviceLoop::take_facts(std::uint32_t number, FactOutcome facts)
{
    const std::string& name = devices_[number].config.name;
    if (facts.definition) {
        facts.definition->device = name;
        recorder_.define(*facts.definition);
    }
    if (facts.reading) recorder_.add(name, TableKind::facts, *facts.reading);
}

void DeviceLoop::take_verdict(const Verdict& verdict)
{
    Device& device = devices_[verdict.device];
    const DevicePoll* const poll = device.is_polled ? &engine_.device(verdict.device) : nullptr;
    if (poll != nullptr) engine_.set_down(verdict.device, verdict.state == State::down);
    const bool has_changed = device.report.take(verdict);
    if (const auto table = device.report.take_table(poll)) recorder_.define(*table);
    if (const auto reading = device.report.take_reading())
        recorder_.add(device.config.name, TableKind::device, *reading);
    if (!has_changed) return;
    has_news_ = true;
    log::info(
        verdict.state == State::down ? "device_down" : "device_up",
        {{"device", device.config.name}, {"address", device.config.address}}
    );
}

// A school that goes dark is not an fsync a device.
void DeviceLoop::hurry(MonoTime now)
{
    if (!has_news_ || now - hurried_at_ < least_hurry_gap) return;
    has_news_ = false;
    hurried_at_ = now;
    recorder_.hurry();
}

void DeviceLoop::flush()
{
    if (engine_.outgoing().empty()) return;
    out_.clear();
    for (const Outgoing& outgoing : engine_.outgoing())
        out_.push_back(
            {.to = outgoing.to, .bytes = engine_.buffer().subspan(outgoing.offset, outgoing.size)}
        );
    udp_.send(out_);
    engine_.clear_outgoing();
}

Task<void> DeviceLoop::resolve_names()
{
    for (;;) {
        for (std::uint32_t number = 0; number < devices_.size(); ++number) {
            const std::string host = devices_[number].config.address;
            const std::uint16_t port = port_of(devices_[number].config);
            if (PeerAddress::parse(host, port)) continue;
            const auto found = co_await resolve(host, port);
            if (!found) {
                log::warning(
                    "device_name_unknown",
                    {{"device", devices_[number].config.name}, {"address", host}}
                );
                continue;
            }
            place(number, found->front());
        }
        const bool slept = co_await sleep_for(resolve_period);
        if (!slept) co_return;
    }
}

} // namespace hallmonitor::agent
