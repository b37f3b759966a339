#pragma once
// The fleet's sockets: one UDP socket a port, on all addresses, which answers from the address that
// was asked and drops what was sent to others; and the control socket. One plain loop, datagrams in
// batches.

#include "tests/sim/control.hpp"
#include "tests/sim/fleet.hpp"
#include "tests/sim/io/control_socket.hpp"
#include "tests/sim/io/descriptor.hpp"
#include "tests/sim/io/udp_batch.hpp"

#include <atomic>
#include <chrono>
#include <netinet/in.h>
#include <queue>
#include <string>
#include <vector>

namespace hallmonitor::sim {

class Server {
public:
    explicit Server(Fleet& fleet);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Opens a socket for every port of the fleet. Empty on success, else what failed.
    std::string listen();
    /// Opens the control socket, in the place of an old one.
    std::string listen_control(const std::string& path) { return control_.listen(path); }

    /// Answers until `is_ended`.
    void run(const std::atomic<bool>& is_ended);

    /// The ports listened on, in ascending order of those that were asked for.
    [[nodiscard]] std::vector<std::uint16_t> ports() const;

private:
    struct Outgoing {
        Instant due;
        std::uint64_t order{0}; // of those due at once
        std::size_t socket{0};
        sockaddr_in peer;
        std::uint32_t source; // network byte order
        Bytes bytes{};
    };
    struct Later {
        bool operator()(const Outgoing& a, const Outgoing& b) const
        {
            return std::pair{a.due, a.order} > std::pair{b.due, b.order};
        }
    };
    struct Socket {
        Descriptor descriptor;
        std::uint16_t port;
    };

    [[nodiscard]] Moment moment() const;
    void answer_all(std::size_t number);
    /// A reply as it leaves through a socket, its bytes copied. `plain`: its peer and source as
    /// they would be without faults.
    Outgoing outgoing(std::size_t socket, const Datagram& reply, Outgoing plain);
    /// Sends what an attacker would before the true reply.
    void forge(std::size_t socket, const Datagram& reply, const Outgoing& plain);
    void send_due();
    [[nodiscard]] int timeout() const;

    Fleet& fleet_;
    std::chrono::steady_clock::time_point began_;
    std::vector<Socket> sockets_;
    Descriptor other_; // for replies from a wrong port
    ControlSocket control_;
    std::priority_queue<Outgoing, std::vector<Outgoing>, Later> delayed_;
    std::uint64_t order_{0};
    std::unique_ptr<UdpBatch> batch_;
};

} // namespace hallmonitor::sim
