#pragma once
// The fleet's sockets: one UDP socket a port, on all addresses, which answers from the address that
// was asked and drops what was sent to others; and the control socket. One plain loop, datagrams in
// batches.

#include "tests/sim/control.hpp"
#include "tests/sim/fleet.hpp"

#include <atomic>
#include <chrono>
#include <netinet/in.h>
#include <queue>
#include <string>
#include <vector>

namespace hallmonitor::sim {

/// A file descriptor with an owner.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

class Server {
public:
    explicit Server(Fleet& fleet);

    /// Opens a socket for every port of the fleet. Empty on success, else what failed.
    std::string listen();
    /// Opens the control socket, in the place of an old one.
    std::string listen_control(const std::string& path);

    /// Answers until `is_ended`.
    void run(const std::atomic<bool>& is_ended);

    /// The ports listened on, in ascending order of those that were asked for.
    [[nodiscard]] std::vector<std::uint16_t> ports() const;

private:
    struct Outgoing {
        Instant due;
        std::size_t socket;
        sockaddr_in peer;
        std::uint32_t source; // network byte order
        Bytes bytes;
    };
    struct Later {
        bool operator()(const Outgoing& a, const Outgoing& b) const { return a.due > b.due; }
    };
    struct Socket {
        Descriptor descriptor;
        std::uint16_t port;
    };
    struct Client {
        Descriptor descriptor;
        std::string unread;
    };
    class Batch;

    [[nodiscard]] Moment moment() const;
    void answer_all(std::size_t number);
    void send_due();
    void accept_client();
    bool serve_client(Client& client);
    [[nodiscard]] int timeout() const;

    Fleet& fleet_;
    std::chrono::steady_clock::time_point began_;
    std::vector<Socket> sockets_;
    Descriptor other_; // for replies from a wrong port
    Descriptor control_;
    std::vector<Client> clients_;
    std::priority_queue<Outgoing, std::vector<Outgoing>, Later> delayed_;
    std::unique_ptr<Batch> batch_;

public:
    ~Server();
};

} // namespace hallmonitor::sim
