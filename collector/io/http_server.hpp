#pragma once
// HTTP/1.1 on Beast, on a loop of its own (D7): TCP for Prometheus and people, a Unix socket for the
// command line. Deadlines are absolute a request, connections are capped in all and an address, so that
// nobody who is slow or many can stand in a scraper's way. GET and HEAD only.

#include "common/error.hpp"
#include "common/io/task.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

struct HttpRequest {
    std::string path;                         // decoded, without the query
    std::map<std::string, std::string> query; // decoded
};

struct HttpResponse {
    unsigned status{200};
    std::string content_type{"text/plain; charset=utf-8"};
    std::string body;
};

struct HttpLimits {
    std::chrono::milliseconds header{5'000};
    std::chrono::milliseconds answer{30'000}; // to write one answer to a slow reader
    std::chrono::milliseconds idle{60'000};   // between requests of a connection
    std::size_t connections{4'096};
    std::size_t connections_per_address{32};
    std::size_t header_bytes{8 * 1024};
};

class HttpServer {
public:
    using Handler = std::function<Task<HttpResponse>(HttpRequest)>;

    HttpServer(boost::asio::any_io_executor loop, Handler handler, HttpLimits limits = {});

    /// Errors: of the network, with a sentence in `problem`.
    Result<void> listen_tcp(const std::string& address, std::uint16_t port, std::string& problem);
    /// A socket file that nobody answers on is replaced; one in use is refused.
    Result<void> listen_unix(const std::string& path, std::string& problem);
    [[nodiscard]] std::uint16_t port() const;
    void stop();

private:
    Task<void> accept_tcp();
    Task<void> accept_unix();
    template <class Socket>
    Task<void> serve(Socket socket, std::string address);
    template <class Socket>
    Task<bool> serve_one(Socket& socket, struct ReadState& state);

    boost::asio::any_io_executor loop_;
    Handler handler_;
    HttpLimits limits_;
    boost::asio::ip::tcp::acceptor tcp_;
    boost::asio::local::stream_protocol::acceptor unix_;
    std::string unix_path_;
    std::map<std::string, std::size_t> open_by_address_;
    std::size_t open_{0};
    bool stopped_{false};
};

/// Splits a request's target. Errors: malformed (bad escapes, NUL, no leading slash).
[[nodiscard]] Result<HttpRequest> parse_target(std::string_view target);

} // namespace hallmonitor::collector
