#pragma once
// The agent's UDP: one unconnected socket for IPv4 and one for IPv6 for all devices, batched both
// ways (recvmmsg, sendmmsg), since the kernel's path is most of what a poll costs. Whom a datagram
// comes from is told with it; whether it answers anything is decided elsewhere (RequestTable).
//
// IP_RECVERR makes ICMP errors of an unconnected socket readable with the peer they concern, so
// that a device whose SNMP port is closed costs no timeout. Sending never waits: what the kernel
// does not take is dropped and counted, as a network would; attempts are repeated by their owner.
// All calls and callbacks belong to the loop of the executor.

#include "agent/io/datagram_batch.hpp"
#include "agent/snmp/peer.hpp"
#include "common/error.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace hallmonitor::agent {

class UdpExchange {
public:
    /// Takes up to ReceiveBatch::slots datagrams; their bytes hold during the call. It may send,
    /// and may close() the exchange, but not destroy it.
    using OnBatch = std::function<void(std::span<const InDatagram>)>;
    /// A port unreachable (RFC 792, RFC 4443) came back for a datagram to this peer. Anyone who can
    /// guess our port can forge one: a hint to look again, never a verdict.
    using OnUnreachable = std::function<void(PeerAddress)>;

    struct Counts {
        std::uint64_t sent{0};
        std::uint64_t received{0};
        std::uint64_t send_dropped{0};   // send buffer full
        std::uint64_t send_failed{0};    // no route, too large, forbidden, family missing
        std::uint64_t unreachable{0};    // ICMP port unreachable
        std::uint64_t other_icmp{0};     // other ICMP errors, not reported
        std::uint64_t kernel_dropped{0}; // receive buffer full
    };

    explicit UdpExchange(const boost::asio::any_io_executor& loop);
    ~UdpExchange();
    UdpExchange(const UdpExchange&) = delete;
    UdpExchange& operator=(const UdpExchange&) = delete;
    UdpExchange(UdpExchange&&) = delete;
    UdpExchange& operator=(UdpExchange&&) = delete;

    /// Opens the sockets on ports of the kernel's choice. A machine without one family does
    /// without it. Errors: the system's, when neither can be had.
    [[nodiscard]] Result<void> open();

    /// Begins to receive, until close() or the end of this object. Once, after open().
    void start(OnBatch on_batch, OnUnreachable on_unreachable);

    /// Sends each datagram or counts it as lost; one bad address never stops the others.
    void send(std::span<const OutDatagram> datagrams);

    /// With patience nothing wakes the loop: datagrams wait until drain() is called. An idle core
    /// that is woken for every one costs ten times what the work does.
    void set_patient(bool is_patient);
    /// Takes what has come. For whoever is patient.
    void drain();

    void close();

    /// Asks the kernel for its drops, so it is not for the hot path.
    [[nodiscard]] Counts counts() const;

private:
    struct Socket; // of one family
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::agent
