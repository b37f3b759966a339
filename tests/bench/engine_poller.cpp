#include "agent/io/udp_exchange.hpp"
#include "agent/poll/engine.hpp"
#include "common/io/clock.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/poller.hpp"

#include <boost/asio/io_context.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace hallmonitor::bench {

using namespace std::chrono_literals;

constexpr auto far_away = 10'000h; // cycles begin when the bench says so

struct EnginePoller::State {
    boost::asio::io_context loop{1};
    agent::UdpExchange udp{loop.get_executor()};
    agent::Engine engine{4'711};
    std::uint32_t devices{0};
    std::uint32_t at_once{0};
    std::uint32_t begun{0};
    std::uint32_t ended{0};
    std::uint32_t complete{0};
    std::uint64_t varbinds{0};
    std::vector<agent::OutDatagram> out;
    MonoTime last_complete;
    std::uint64_t cells{0};

    void begin_more();
    void send();
    void take(std::span<const agent::InDatagram> datagrams);
    void take_ended();
};

void EnginePoller::State::begin_more()
{
    for (; begun < devices && begun - ended < at_once; ++begun)
        engine.poll_now(begun, mono_now());
    send();
}

void EnginePoller::State::send()
{
    out.clear();
    for (const agent::Outgoing& outgoing : engine.outgoing())
        out.push_back(
            {.to = outgoing.to, .bytes = engine.buffer().subspan(outgoing.offset, outgoing.size)}
        );
    udp.send(out);
    engine.clear_outgoing();
}

void EnginePoller::State::take(std::span<const agent::InDatagram> datagrams)
{
    const MonoTime now = mono_now();
    for (const agent::InDatagram& datagram : datagrams)
        engine.feed(datagram.from, datagram.bytes, now);
    take_ended();
    begin_more();
}

void EnginePoller::State::take_ended()
{
    for (const agent::Engine::Ended& cycle : engine.take_ended()) {
        ++ended;
        if (!cycle.outcome.interfaces_complete) continue;
        ++complete;
        last_complete = mono_now();
        cells += cycle.outcome.reading->cells.size();
    }
}

EnginePoller::EnginePoller(const FleetAddress& fleet, const agent::SnmpSettings& snmp)
    : state_(new State)
{
    state_->devices = fleet.devices;
    if (!state_->udp.open()) throw std::runtime_error{"no UDP socket"};
    for (std::uint32_t device = 0; device < fleet.devices; ++device) {
        const std::uint32_t ip = fleet.first + device;
        const std::array<std::uint8_t, 4> address{
            static_cast<std::uint8_t>(ip >> 24U),
            static_cast<std::uint8_t>(ip >> 16U),
            static_cast<std::uint8_t>(ip >> 8U),
            static_cast<std::uint8_t>(ip)};
        agent::DeviceConfig config{
            .name = "device-" + std::to_string(device),
            .address = {},
            .snmp = snmp,
            .liveness = {},
            .poll_interval = far_away,
            .watch = {}};
        state_->engine.add(device, config, agent::PeerAddress::v4(address, fleet.port), mono_now());
    }
    state_->udp.start(
        [state = state_](std::span<const agent::InDatagram> datagrams) { state->take(datagrams); },
        [](const agent::PeerAddress&) {}
    );
    // The plan begins every device once, soon after the start.
    while (state_->ended < fleet.devices) {
        state_->loop.run_one_for(10ms);
        state_->engine.tick(mono_now());
        state_->take_ended();
        state_->send();
    }
}

EnginePoller::~EnginePoller()
{
    state_->udp.close();
    state_->loop.run();
    delete state_;
}

CycleCost EnginePoller::cycle(std::uint32_t at_once)
{
    State& state = *state_;
    state.at_once = at_once;
    state.begun = 0;
    state.ended = 0;
    state.complete = 0;
    const std::uint64_t varbinds = state.engine.counts().varbinds;
    const double cpu = cpu_seconds();
    const MonoTime begin = mono_now();
    state.begin_more();
    while (state.ended < state.devices) {
        state.loop.run_one_for(50ms);
        state.engine.tick(mono_now());
        state.take_ended();
        state.begin_more();
    }
    const std::chrono::duration<double> wall = mono_now() - begin;
    const std::chrono::duration<double> living = state.last_complete - begin;
    return {
        .cpu_seconds = cpu_seconds() - cpu,
        .wall_seconds = wall.count(),
        .varbinds = state.engine.counts().varbinds - varbinds,
        .complete = state.complete,
        .complete_seconds = living.count(),
    };
}

} // namespace hallmonitor::bench
