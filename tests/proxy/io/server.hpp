#pragma once
// The proxy's sockets: a listener, two sockets a connection, and the control socket. One plain
// loop; what happens to octets is decided by the pipes.

#include "tests/proxy/proxy.hpp"
#include "tests/sim/io/control_socket.hpp"
#include "tests/sim/io/descriptor.hpp"
#include "tests/sim/words.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <poll.h>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::proxy {

class Server {
public:
    /// Connections are carried to `to`.
    Server(std::uint64_t seed, sim::Address to);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Empty on success, else what failed.
    std::string listen(sim::Address address);
    /// Opens the control socket, in the place of an old one. Empty on success, else what failed.
    std::string listen_control(const std::string& path) { return control_.listen(path); }
    [[nodiscard]] std::uint16_t port() const;

    /// Faults at random from the seed, until a command ends them.
    void begin_schedule(Instant period) { proxy_.begin_schedule(proxy_.seed(), period, now()); }

    /// Carries until `is_ended`; tells what a schedule does.
    void run(
        const std::atomic<bool>& is_ended, const std::function<void(const std::string&)>& tell
    );

private:
    /// One direction of a connection with its two sockets.
    struct Flow {
        Pipe pipe;
        int source;
        int target;             // -1: none
        bool is_blocked{false}; // the target takes no more for now
        bool is_shut{false};    // the target has been told that this was all
    };
    struct Connection {
        sim::Descriptor client;
        sim::Descriptor peer; // whom the client wants; none for a silent connection
        Flow up;
        Flow down;
    };
    enum class Fate : std::uint8_t { goes_on, over, reset };

    [[nodiscard]] Instant now() const;
    void accept();
    void take_in(Flow& flow, short events);
    void move(Flow& flow);
    Fate serve(Connection& connection, short client_events, short peer_events);
    Fate fate_of(Connection& connection);
    void serve_all(std::span<const pollfd> waits);
    void add_waits(std::vector<pollfd>& waits) const;
    [[nodiscard]] int timeout() const;

    std::chrono::steady_clock::time_point began_;
    Proxy proxy_;
    sim::Address to_;
    sim::ControlSocket control_;
    sim::Descriptor listener_;
    std::list<Connection> connections_;
    std::vector<std::uint8_t> buffer_;
};

} // namespace hallmonitor::proxy
