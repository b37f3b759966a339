#include "agent/io/udp_exchange.hpp"

#include "agent/io/watched_socket.hpp"
#include "common/check.hpp"

#include <boost/asio/error.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;

// The kernel caps it at net.core.rmem_max unless we may exceed that; a burst of replies of 1,000
// devices is about 2 MiB in its accounting.
constexpr int receive_buffer_bytes = 4 << 20;
constexpr int send_buffer_bytes = 1 << 20;

// Batches read before others on the loop get their turn.
constexpr int batches_a_turn = 8;

bool set_option(int socket, int level, int name, int value)
{
    return setsockopt(socket, level, name, &value, sizeof value) == 0;
}

void tune(int socket, bool v6)
{
    // Each of these may be refused without harm to anything but speed or comfort.
    set_option(socket, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
    set_option(socket, SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer_bytes);
    set_option(socket, SOL_SOCKET, SO_SNDBUF, send_buffer_bytes);
    if (v6) {
        set_option(socket, IPPROTO_IPV6, IPV6_RECVERR, 1);
    } else {
        set_option(socket, IPPROTO_IP, IP_RECVERR, 1);
        // Requests are small: without fragmentation the kernel needs no identification for each,
        // which it draws from a table that all processors share.
        set_option(socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
    }
}

bool is_port_unreachable(const sock_extended_err& error)
{
    return error.ee_errno == ECONNREFUSED &&
           (error.ee_origin == SO_EE_ORIGIN_ICMP || error.ee_origin == SO_EE_ORIGIN_ICMP6);
}

struct IcmpError {
    PeerAddress peer; // to whom the datagram went that it is about
    bool port_unreachable{false};
};

// Takes one error off the socket's queue; empty when there is none.
std::optional<IcmpError> next_error(int socket)
{
    sockaddr_storage name{};
    alignas(cmsghdr) std::array<std::byte, 256> control{};
    msghdr head{};
    head.msg_name = &name;
    head.msg_namelen = sizeof name;
    head.msg_control = control.data();
    head.msg_controllen = control.size();
    ssize_t got = 0;
    do {
        got = recvmsg(socket, &head, MSG_ERRQUEUE | MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return std::nullopt;

    IcmpError found{.peer = PeerAddress::from_sockaddr(name)};
    for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
        const bool v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
        const bool v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(part), sizeof error);
        found.port_unreachable = is_port_unreachable(error);
    }
    return found;
}

} // namespace

// One family's socket.
struct UdpExchange::Socket {
    explicit Socket(const asio::any_io_executor& loop) : udp(loop) {}

    boost::system::error_code open(int family);
    [[nodiscard]] std::uint64_t kernel_drops();

    WatchedSocket udp;
    bool errors_waiting{false}; // a send has come across them
};

boost::system::error_code UdpExchange::Socket::open(int family)
{
    FileHandle socket{::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const bool v6 = family == AF_INET6;
    // Each family has its own socket, and replies must come from the address that was asked.
    if (v6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    sockaddr_storage any{};
    any.ss_family = static_cast<sa_family_t>(family);
    const auto size = static_cast<socklen_t>(v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    const void* const name = &any;
    if (!socket.is_open() || bind(socket.get(), static_cast<const sockaddr*>(name), size) != 0)
        return {errno, boost::system::system_category()};
    tune(socket.get(), v6);
    udp.open(std::move(socket));
    return {};
}

std::uint64_t UdpExchange::Socket::kernel_drops()
{
    std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t size = sizeof info;
    if (!udp.is_open() || getsockopt(udp.get(), SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0)
        return 0;
    return info[SK_MEMINFO_DROPS];
}

struct UdpExchange::State {
    explicit State(const asio::any_io_executor& loop) : v4(loop), v6(loop) {}

    void drain(Socket& socket);
    void drain_errors(Socket& socket);
    void send_filled(Socket& socket, std::size_t filled);

    Socket v4;
    Socket v6;
    ReceiveBatch incoming;
    SendBatch outgoing;
    OnBatch on_batch;
    OnUnreachable on_unreachable;
    Counts counts;
};

void UdpExchange::State::drain(Socket& socket)
{
    if (socket.errors_waiting) drain_errors(socket);
    for (int turn = 0; turn < batches_a_turn && socket.udp.is_open(); ++turn) {
        const auto batch = incoming.receive(socket.udp.get());
        if (!batch) {
            drain_errors(socket); // a pending ICMP error is told before any datagram
            continue;
        }
        if (!batch->empty()) {
            counts.received += batch->size();
            on_batch(*batch);
        } else if (turn == 0) {
            drain_errors(socket); // woken for an ICMP error that a send has been told
        }
        if (batch->size() < ReceiveBatch::slots) return;
    }
}

void UdpExchange::State::drain_errors(Socket& socket)
{
    socket.errors_waiting = false;
    while (socket.udp.is_open()) {
        const auto error = next_error(socket.udp.get());
        if (!error) return;
        if (error->port_unreachable) {
            ++counts.unreachable;
            on_unreachable(error->peer);
        } else {
            ++counts.other_icmp;
        }
    }
}

void UdpExchange::State::send_filled(Socket& socket, std::size_t filled)
{
    if (!socket.udp.is_open()) {
        counts.send_failed += filled;
        return;
    }
    bool second_try = false;
    for (std::size_t next = 0; next < filled;) {
        const auto sent = outgoing.send(socket.udp.get(), next);
        if (sent) {
            next += *sent;
            counts.sent += *sent;
            second_try = false;
        } else if (sent.error() == asio::error::would_block) {
            counts.send_dropped += filled - next;
            return;
        } else if (!second_try) {
            // It may be the ICMP error of an earlier datagram, which is told once: so try again.
            second_try = true;
            socket.errors_waiting = true;
        } else {
            ++counts.send_failed;
            ++next;
            second_try = false;
        }
    }
}

UdpExchange::UdpExchange(const asio::any_io_executor& loop) : state_(std::make_unique<State>(loop))
{}

UdpExchange::~UdpExchange() = default;

Result<void> UdpExchange::open()
{
    const auto v4_error = state_->v4.open(AF_INET);
    const auto v6_error = state_->v6.open(AF_INET6);
    if (v4_error && v6_error) return v4_error;
    return {};
}

void UdpExchange::start(OnBatch on_batch, OnUnreachable on_unreachable)
{
    INVARIANT(!state_->on_batch);
    state_->on_batch = std::move(on_batch);
    state_->on_unreachable = std::move(on_unreachable);
    for (Socket* const socket : {&state_->v4, &state_->v6})
        socket->udp.start([state = state_.get(), socket] { state->drain(*socket); });
}

void UdpExchange::set_patient(bool is_patient)
{
    state_->v4.udp.set_patient(is_patient);
    state_->v6.udp.set_patient(is_patient);
}

void UdpExchange::drain()
{
    state_->drain(state_->v4);
    state_->drain(state_->v6);
}

void UdpExchange::send(std::span<const OutDatagram> datagrams)
{
    while (!datagrams.empty()) {
        const std::size_t filled = state_->outgoing.fill(datagrams);
        Socket& socket = datagrams.front().to.is_v4() ? state_->v4 : state_->v6;
        state_->send_filled(socket, filled);
        datagrams = datagrams.subspan(filled);
    }
}

void UdpExchange::close()
{
    state_->v4.udp.close();
    state_->v6.udp.close();
}

UdpExchange::Counts UdpExchange::counts() const
{
    Counts counts = state_->counts;
    counts.kernel_dropped = state_->v4.kernel_drops() + state_->v6.kernel_drops();
    return counts;
}

} // namespace hallmonitor::agent
