#pragma once
// Drives polling and liveness of all devices: one tick of 50 ms for timers, datagrams as they
// arrive, and the readings to the recorder. The decisions are Engine's and Liveness'.

#include "agent/config.hpp"
#include "agent/io/ping_socket.hpp"
#include "agent/io/recorder.hpp"
#include "agent/io/udp_exchange.hpp"
#include "agent/poll/device_report.hpp"
#include "agent/poll/engine.hpp"
#include "agent/poll/liveness.hpp"
#include "common/io/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

class DeviceLoop {
public:
    /// `devices` and `recorder` outlive it.
    DeviceLoop(
        boost::asio::any_io_executor loop,
        const std::vector<DeviceConfig>& devices,
        const std::shared_ptr<const Catalogue>& profiles,
        Recorder& recorder
    );

    /// What devices have taught before this start; call before open().
    void restore(LearntDevices learnt) { restored_ = std::move(learnt); }
    /// What those of the configuration have taught.
    [[nodiscard]] LearntDevices learnt() const;

    /// Opens the sockets. Without ping it goes on by SNMP alone, and says so once.
    Result<void> open(std::string& problem);

    /// Ticks for ever.
    Task<void> run();
    /// Looks up devices given by host name, at start and then every five minutes.
    Task<void> resolve_names();

    [[nodiscard]] Engine::Counts counts() const { return engine_.counts(); }
    [[nodiscard]] std::size_t devices() const { return devices_.size(); }

private:
    struct Device {
        const DeviceConfig& config;
        DeviceReport report;
        std::optional<PeerAddress> address;
        bool is_polled{false}; // known to the engine
    };

    void place(std::uint32_t number, PeerAddress address);
    void tick();
    void take_datagrams(std::span<const InDatagram> datagrams);
    void take_unreachable(PeerAddress peer);
    void take_echo(PeerAddress from, EchoProbe probe, std::chrono::microseconds ago);
    void take_results();
    void take_outcome(std::uint32_t number, const PollOutcome& outcome);
    void take_facts(std::uint32_t number, FactOutcome facts);
    void take_verdict(const Verdict& verdict);
    void hurry(MonoTime now);
    void flush();

    boost::asio::any_io_executor loop_;
    Recorder& recorder_;
    std::vector<Device> devices_;
    LearntDevices restored_;
    Engine engine_;
    Liveness liveness_;
    UdpExchange udp_;
    PingSocket ping_;
    bool can_ping_{false};
    bool has_news_{false}; // that somebody waits for
    MonoTime hurried_at_;
    std::vector<OutDatagram> out_;
};

} // namespace hallmonitor::agent
