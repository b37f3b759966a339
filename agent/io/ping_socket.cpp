#include "agent/io/ping_socket.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;

int open_ping(int family)
{
    const int protocol =
        family == AF_INET ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6);
    return ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

} // namespace

struct PingSocket::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor executor, std::uint64_t secret)
        : loop(std::move(executor)), key(secret)
    {}
    asio::any_io_executor loop;
    std::uint64_t key;
    std::optional<stream_descriptor> v4;
    std::optional<stream_descriptor> v6;
    std::function<void(PeerAddress, EchoProbe)> answered;
    ReceiveBatch batch;

    void wait(stream_descriptor& socket, bool ipv6);
    void receive(stream_descriptor& socket, bool ipv6);
    static void send(stream_descriptor& socket, std::span<const OutDatagram> datagrams);
};

PingSocket::PingSocket(asio::any_io_executor loop, std::uint64_t key)
    : state_(std::make_shared<State>(std::move(loop), key))
{}

PingSocket::~PingSocket()
{
    state_->answered = nullptr;
    boost::system::error_code ignored;
    if (state_->v4) state_->v4->close(ignored);
    if (state_->v6) state_->v6->close(ignored);
}

Result<void> PingSocket::open(std::string& problem)
{
    const int v4 = open_ping(AF_INET);
    const int reason = errno;
    const int v6 = open_ping(AF_INET6);
    if (v4 >= 0) state_->v4.emplace(state_->loop, v4);
    if (v6 >= 0) state_->v6.emplace(state_->loop, v6);
    if (v4 >= 0) return {};
    const boost::system::error_code error{reason, boost::system::system_category()};
    problem = "ping is not permitted (" + error.message() +
              "); liveness goes on by SNMP alone. To allow it "
              "for this agent's group: sysctl -w net.ipv4.ping_group_range=\"" +
              std::to_string(getegid()) + " " + std::to_string(getegid()) +
              "\", and the same line in /etc/sysctl.d/ to keep it";
    return error;
}

void PingSocket::start(std::function<void(PeerAddress, EchoProbe)> answered)
{
    state_->answered = std::move(answered);
    if (state_->v4) state_->wait(*state_->v4, false);
    if (state_->v6) state_->wait(*state_->v6, true);
}

void PingSocket::State::wait(stream_descriptor& socket, bool ipv6)
{
    socket.async_wait(
        stream_descriptor::wait_read,
        [self = shared_from_this(), &socket, ipv6](const boost::system::error_code& error) {
            if (error || !self->answered) return;
            self->receive(socket, ipv6);
            if (self->answered) self->wait(socket, ipv6);
        }
    );
}

void PingSocket::State::receive(stream_descriptor& socket, bool ipv6)
{
    for (;;) {
        const auto datagrams = batch.receive(socket.native_handle());
        if (!datagrams || datagrams->empty()) return;
        for (const InDatagram& datagram : *datagrams) {
            const auto probe = decode_echo_reply(datagram.bytes, ipv6, key);
            if (probe && answered) answered(datagram.from, *probe);
        }
    }
}

void PingSocket::State::send(stream_descriptor& socket, std::span<const OutDatagram> datagrams)
{
    SendBatch out;
    while (!datagrams.empty()) {
        const std::size_t filled = out.fill(datagrams);
        for (std::size_t first = 0; first < filled;) {
            const auto sent = out.send(socket.native_handle(), first);
            // A datagram that cannot go (no route, buffer full) is a packet lost, as on any
            // network.
            first += sent ? *sent : 1;
        }
        datagrams = datagrams.subspan(filled);
    }
}

void PingSocket::send(std::span<const Target> targets)
{
    std::vector<std::array<std::byte, echo_bytes>> bytes;
    bytes.reserve(targets.size());
    std::vector<OutDatagram> v4;
    std::vector<OutDatagram> v6;
    for (const Target& target : targets) {
        const bool ipv6 = !target.to.is_v4();
        bytes.push_back(encode_echo(target.probe, ipv6, state_->key));
        PeerAddress to = target.to;
        to.port = 0;
        (ipv6 ? v6 : v4).push_back({.to = to, .bytes = bytes.back()});
    }
    if (state_->v4) state_->send(*state_->v4, v4);
    if (state_->v6) state_->send(*state_->v6, v6);
}

} // namespace hallmonitor::agent
