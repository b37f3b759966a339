#include "tests/proxy/io/server.hpp"

#include "tests/proxy/control.hpp"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace hallmonitor::proxy {
namespace {

using sim::Descriptor;

constexpr std::size_t read_size = std::size_t{64} << 10;
// So that one connection does not delay the others.
constexpr int reads_a_turn = 16;
constexpr int writes_a_turn = 256;

sockaddr_in to_sockaddr(sim::Address address)
{
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(address.port);
    out.sin_addr.s_addr = htonl(address.ip);
    return out;
}

/// Accepted connections take its buffer over.
Descriptor open_tcp()
{
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int few = Pipe::capacity;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
    return socket;
}

void send_at_once(const Descriptor& socket)
{
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// Closing sends a reset instead of an end.
void reset_on_close(const Descriptor& socket)
{
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool would_block()
{
    return errno == EAGAIN || errno == EINTR;
}

} // namespace

Server::Server(std::uint64_t seed, sim::Address to)
    : began_(std::chrono::steady_clock::now()), proxy_(seed), to_(to),
      control_([this](std::string_view line) { return run_command(proxy_, line, now()); }),
      buffer_(read_size)
{}

Instant Server::now() const
{
    return std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now() - began_);
}

std::string Server::listen(sim::Address address)
{
    listener_ = open_tcp();
    const int on = 1;
    ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto where = to_sockaddr(address);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&where);
    const bool is_open = ::bind(listener_.get(), generic, sizeof where) == 0 &&
                         ::listen(listener_.get(), SOMAXCONN) == 0;
    return is_open ? std::string{} : sim::failure("cannot listen on " + to_string(address));
}

std::uint16_t Server::port() const
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

void Server::accept()
{
    Descriptor client{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (client.get() < 0) return;
    send_at_once(client);
    const auto welcome = proxy_.welcome();
    if (welcome == Welcome::refuse) {
        reset_on_close(client);
        return;
    }
    Descriptor peer;
    if (welcome == Welcome::dial) {
        peer = open_tcp();
        send_at_once(peer);
        const auto where = to_sockaddr(to_);
        // What becomes of it is seen when it is read.
        const auto* const generic = reinterpret_cast<const sockaddr*>(&where);
        static_cast<void>(::connect(peer.get(), generic, sizeof where));
    }
    const int from = client.get();
    const int into = peer.get();
    connections_.push_back(
        {.client = std::move(client),
         .peer = std::move(peer),
         .up = {.pipe = {proxy_.up(), proxy_.next_seed()}, .source = from, .target = into},
         .down = {.pipe = {proxy_.down(), proxy_.next_seed()}, .source = into, .target = from}}
    );
    if (welcome == Welcome::silence) connections_.back().up.pipe.lose_all();
}

/// Reads what the source has for the pipe.
void Server::take_in(Flow& flow, short events)
{
    if (events == 0 || flow.source < 0) return;
    for (int i = 0; i < reads_a_turn && !flow.pipe.is_ended(); ++i) {
        const auto room = std::min(flow.pipe.room(), buffer_.size());
        if (room == 0) return;
        const auto count = ::recv(flow.source, buffer_.data(), room, 0);
        if (count < 0 && would_block()) return;
        if (count > 0) {
            flow.pipe.feed(Octets{buffer_}.first(static_cast<std::size_t>(count)), now());
        } else {
            flow.pipe.end(count == 0 ? End::closed : End::reset, now());
        }
    }
}

/// Writes to the target what the pipe lets go.
void Server::move(Flow& flow)
{
    if (flow.target < 0) return;
    for (int i = 0; i < writes_a_turn; ++i) {
        const auto octets = flow.pipe.ready(now());
        if (octets.empty()) break;
        const auto count = ::send(flow.target, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (count < 0) {
            flow.is_blocked = would_block();
            // A target that is gone is seen when it is read.
            if (!flow.is_blocked) flow.pipe.written(octets.size(), now());
            break;
        }
        flow.pipe.written(static_cast<std::size_t>(count), now());
    }
    if (flow.is_shut || flow.pipe.verdict(now()) != End::closed) return;
    ::shutdown(flow.target, SHUT_WR);
    if (!flow.pipe.is_ended()) ++proxy_.counts().half_closed;
    flow.pipe.lose_all();
    flow.is_shut = true;
}

Server::Fate Server::fate_of(Connection& connection)
{
    const auto time = now();
    if (connection.up.pipe.verdict(time) == End::reset ||
        connection.down.pipe.verdict(time) == End::reset)
        return Fate::reset;
    const auto is_through = [](const Flow& flow) {
        if (flow.source < 0) return true;
        return flow.pipe.is_ended() && (flow.is_shut || flow.target < 0 || flow.pipe.is_end_lost());
    };
    const bool is_over = is_through(connection.up) && is_through(connection.down);
    return is_over ? Fate::over : Fate::goes_on;
}

Server::Fate Server::serve(Connection& connection, short client_events, short peer_events)
{
    if (client_events != 0) connection.down.is_blocked = false;
    if (peer_events != 0) connection.up.is_blocked = false;
    take_in(connection.up, client_events);
    take_in(connection.down, peer_events);
    move(connection.up);
    move(connection.down);
    const auto fate = fate_of(connection);
    if (fate != Fate::reset) return fate;
    ++proxy_.counts().reset;
    reset_on_close(connection.client);
    reset_on_close(connection.peer);
    return fate;
}

void Server::add_waits(std::vector<pollfd>& waits) const
{
    waits.push_back({proxy_.accepts() ? listener_.get() : -1, POLLIN, 0});
    const auto wait_of = [](int socket, const Flow& from, const Flow& to) {
        const bool reads = from.pipe.room() > 0 && !from.pipe.is_ended();
        const int events = (reads ? POLLIN : 0) | (to.is_blocked ? POLLOUT : 0);
        // Without anything to wait for, hang-ups would wake the loop for ever.
        return pollfd{events == 0 ? -1 : socket, static_cast<short>(events), 0};
    };
    for (const auto& connection : connections_) {
        waits.push_back(wait_of(connection.client.get(), connection.up, connection.down));
        waits.push_back(wait_of(connection.peer.get(), connection.down, connection.up));
    }
}

int Server::timeout() const
{
    constexpr Instant longest{200'000}; // until the end is noticed
    const auto time = now();
    auto next = proxy_.next_at().value_or(time + longest);
    for (const auto& connection : connections_) {
        for (const auto* const flow : {&connection.up, &connection.down}) {
            if (flow->is_blocked || flow->target < 0) continue;
            next = std::min(next, flow->pipe.next_at(time).value_or(next));
        }
    }
    const auto left = std::clamp(next - time, Instant{0}, longest);
    return static_cast<int>((left.count() + 999) / 1000);
}

/// `waits` as add_waits() made them, or none: then only faults and time move something.
void Server::serve_all(std::span<const pollfd> waits)
{
    std::size_t index = 0;
    std::erase_if(connections_, [&](Connection& connection) {
        const bool has_events = !waits.empty();
        const short client_events = has_events ? waits[index++].revents : short{0};
        const short peer_events = has_events ? waits[index++].revents : short{0};
        const bool is_over = serve(connection, client_events, peer_events) != Fate::goes_on;
        if (is_over) --proxy_.counts().open;
        return is_over;
    });
}

void Server::run(
    const std::atomic<bool>& is_ended, const std::function<void(const std::string&)>& tell
)
{
    std::vector<pollfd> waits;
    while (!is_ended) {
        waits.clear();
        add_waits(waits);
        const auto own = waits.size();
        control_.add_waits(waits);
        ::poll(waits.data(), waits.size(), timeout());

        // What came before a command still belongs to the faults before it.
        serve_all(std::span{waits}.subspan(1, own - 1));
        control_.serve(std::span{waits}.subspan(own));
        for (const auto& step : proxy_.follow_schedule(now())) {
            tell(describe(step, now()));
        }
        serve_all({});
        if ((waits.front().revents & POLLIN) != 0) accept();
    }
}

} // namespace hallmonitor::proxy
