#pragma once
// Unprivileged ping sockets (one a family), batched. Whether this process may open them is the
// administrator's choice (net.ipv4.ping_group_range); without them liveness goes on by SNMP alone.

#include "agent/io/datagram_batch.hpp"
#include "agent/probe/icmp.hpp"
#include "agent/snmp/peer.hpp"
#include "common/error.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace hallmonitor::agent {

class PingSocket {
public:
    /// `key` is secret and of this process.
    PingSocket(const boost::asio::any_io_executor& loop, std::uint64_t key);
    ~PingSocket();
    PingSocket(const PingSocket&) = delete;
    PingSocket& operator=(const PingSocket&) = delete;

    /// Errors: of the system, with the remedy in `problem`. A machine without IPv6 does without it.
    Result<void> open(std::string& problem);

    /// For each reply that bears our token: the address it came from, and how long ago it came.
    using OnAnswer = std::function<void(PeerAddress, EchoProbe, std::chrono::microseconds)>;
    void start(OnAnswer answered);

    /// As UdpExchange's.
    void set_patient(bool is_patient);
    void drain();

    struct Target {
        PeerAddress to; // the port is of no matter
        EchoProbe probe;
    };
    void send(std::span<const Target> targets);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::agent
