#pragma once
// A server in a thread of its own and the plainest of clients: tests see every octet.

#include "collector/io/http_server.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace hallmonitor::collector::test {

/// Runs an HttpServer on a loopback port until it goes.
class Served {
public:
    explicit Served(HttpHandler handler, HttpLimits limits = {});
    ~Served();
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    /// Before anything is asked.
    HttpServer& server() { return server_; }
    void start();
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    boost::asio::io_context loop_{1};
    HttpServer server_;
    std::uint16_t port_{0};
    std::thread thread_;
};

/// One connection, blocking, that gives up after 10 s.
class Client {
public:
    explicit Client(std::uint16_t port);
    explicit Client(const std::string& unix_path);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool is_connected() const { return connected_; }
    void send(std::string_view text) const;
    /// What comes until `end` was seen, or until the server closes.
    std::string read_until(std::string_view end);
    /// All that comes until the server closes; what read_until() left comes first.
    std::string read_all();

private:
    bool read_some();

    int socket_{-1};
    bool connected_{false};
    std::string unread_;
};

/// "GET path HTTP/1.1" with a Host and these lines.
[[nodiscard]] std::string get(std::string_view path, std::string_view more_lines = {});

/// The body of a chunked answer; empty with a broken one.
[[nodiscard]] std::string dechunked(std::string_view body);

/// What stands behind the empty line.
[[nodiscard]] std::string body_of(const std::string& answer);

} // namespace hallmonitor::collector::test
