#include "agent/io/ping_socket.hpp"

#include "agent/io/watched_socket.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace hallmonitor::agent {
namespace {

int open_ping(int family)
{
    const int protocol =
        family == AF_INET ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6);
    const int socket = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    // A round trip ends when the kernel has the answer, not when we look.
    const int on = 1;
    if (socket >= 0) setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return socket;
}

} // namespace

struct PingSocket::State {
    State(const boost::asio::any_io_executor& loop, std::uint64_t secret)
        : key(secret), v4(loop), v6(loop)
    {}
    std::uint64_t key;
    WatchedSocket v4;
    WatchedSocket v6;
    OnAnswer answered;
    ReceiveBatch batch;

    void receive(const WatchedSocket& socket, bool ipv6);
    static void send(const WatchedSocket& socket, std::span<const OutDatagram> datagrams);
};

PingSocket::PingSocket(const boost::asio::any_io_executor& loop, std::uint64_t key)
    : state_(std::make_unique<State>(loop, key))
{}

PingSocket::~PingSocket() = default;

Result<void> PingSocket::open(std::string& problem)
{
    const int v4 = open_ping(AF_INET);
    const int reason = errno;
    const int v6 = open_ping(AF_INET6);
    if (v4 >= 0) state_->v4.open(FileHandle{v4});
    if (v6 >= 0) state_->v6.open(FileHandle{v6});
    if (v4 >= 0) return {};
    const boost::system::error_code error{reason, boost::system::system_category()};
    problem = "ping is not permitted (" + error.message() +
              "); liveness goes on by SNMP alone. To allow it "
              "for this agent's group: sysctl -w net.ipv4.ping_group_range=\"" +
              std::to_string(getegid()) + " " + std::to_string(getegid()) +
              "\", and the same line in /etc/sysctl.d/ to keep it";
    return error;
}

void PingSocket::start(OnAnswer answered)
{
    state_->answered = std::move(answered);
    state_->v4.start([state = state_.get()] { state->receive(state->v4, false); });
    state_->v6.start([state = state_.get()] { state->receive(state->v6, true); });
}

void PingSocket::set_patient(bool is_patient)
{
    state_->v4.set_patient(is_patient);
    state_->v6.set_patient(is_patient);
}

void PingSocket::drain()
{
    state_->receive(state_->v4, false);
    state_->receive(state_->v6, true);
}

void PingSocket::State::receive(const WatchedSocket& socket, bool ipv6)
{
    while (socket.is_open()) {
        const auto datagrams = batch.receive(socket.get());
        if (!datagrams || datagrams->empty()) return;
        for (const InDatagram& datagram : *datagrams) {
            const auto probe = decode_echo_reply(datagram.bytes, ipv6, key);
            if (probe) answered(datagram.from, *probe, datagram.waited);
        }
    }
}

void PingSocket::State::send(const WatchedSocket& socket, std::span<const OutDatagram> datagrams)
{
    if (!socket.is_open()) return;
    SendBatch out;
    while (!datagrams.empty()) {
        const std::size_t filled = out.fill(datagrams);
        for (std::size_t first = 0; first < filled;) {
            const auto sent = out.send(socket.get(), first);
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
    State::send(state_->v4, v4);
    State::send(state_->v6, v6);
}

} // namespace hallmonitor::agent
