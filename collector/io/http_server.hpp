#pragma once
// HTTP/1.1 on Beast, on a loop of its own (D7): TCP for Prometheus and people, a Unix socket for
// the command line. Deadlines are absolute a request, connections are capped in all and an address,
// so that nobody who is slow or many can stand in a scraper's way. GET and HEAD only.

#include "collector/expose/self_metrics.hpp"
#include "collector/io/http_connection.hpp"
#include "common/error.hpp"
#include "common/io/task.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace hallmonitor::collector {

class HttpServer {
public:
    using Handler = HttpHandler;

    HttpServer(boost::asio::any_io_executor loop, Handler handler, HttpLimits limits = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Errors: of the network, with a sentence in `problem`.
    Result<void> listen_tcp(const std::string& address, std::uint16_t port, std::string& problem);
    /// Owner and group may use the socket (mode 0660). One that nobody answers on is replaced; one
    /// in use, and a file that is no socket, are refused.
    Result<void> listen_unix(const std::string& path, std::string& problem);
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] HttpFigures figures() const;

    /// On the loop: takes no more connections and removes the socket's file.
    void stop();

private:
    struct Open;
    class Place;

    Task<void> accept_tcp();
    Task<void> accept_unix();
    void admit(HttpSocket socket, HttpConnection::Kind kind, const std::string& address);
    Task<void> serve(HttpSocket socket, HttpConnection::Kind kind, std::unique_ptr<Place> place);

    boost::asio::any_io_executor loop_;
    Handler handler_;
    HttpLimits limits_;
    boost::asio::ip::tcp::acceptor tcp_;
    boost::asio::local::stream_protocol::acceptor unix_;
    std::string unix_path_;
    std::shared_ptr<Open> open_; // connections may outlive the server for a moment
    bool stopped_{false};
};

} // namespace hallmonitor::collector
