#pragma once
// One connection to the HTTP server: requests one after the other, each with its deadlines. Every
// wait ends: for the first octet, for the head, for the handler, and for each piece that the reader
// takes, so that nobody holds a connection by being slow.

#include "collector/io/http_message.hpp"
#include "common/io/task.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace hallmonitor::collector {

struct HttpLimits {
    std::chrono::milliseconds header{5'000}; // from the first octet, or from the connection
    std::chrono::milliseconds handler{10'000};
    std::chrono::milliseconds piece{10'000}; // for a reader to take 256 KiB
    std::chrono::milliseconds idle{60'000};  // between requests of a connection
    std::size_t connections{4'096};
    std::size_t connections_per_address{32};
    std::size_t header_bytes{8'192};
    std::size_t target_bytes{2'048};
    bool compresses_locally{false}; // on the same machine gzip costs both ends and spares nothing
};

using HttpHandler = std::function<Task<HttpResponse>(HttpRequest)>;
using HttpSocket = boost::asio::generic::stream_protocol::socket;

class HttpConnection {
public:
    /// What a connection is: to a peer over TCP, here or elsewhere, or over the Unix socket.
    enum class Kind : std::uint8_t { remote, local, control };

    HttpConnection(HttpSocket socket, Kind kind, HttpHandler handler, const HttpLimits& limits)
        : socket_(std::move(socket)), kind_(kind), handler_(std::move(handler)), limits_(limits)
    {}

    /// Serves until the peer goes, is too slow, or breaks the protocol.
    Task<void> run();

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

    struct Exchange {
        HttpResponse response;
        bool keep_alive{false};
        bool head_only{false};
        bool gzip{false};
        bool may_chunk{false}; // HTTP/1.1
    };

    Task<bool> wait_for_request(std::chrono::milliseconds limit);
    Task<Result<void>> read_some();
    Task<Result<void>> read_head(Parser& parser);
    /// Empty when there is nobody left to answer.
    Task<std::optional<Exchange>> receive();
    Task<void> answer(const Parser& parser, Exchange& exchange);
    Task<Result<HttpResponse>> handle(HttpRequest request);
    Task<bool> send(Exchange exchange);
    Task<bool> send_text(std::string_view text);
    Task<bool> send_pieces(PageSource pieces, bool chunked);
    Task<Result<void>> write(std::string_view text);

    HttpSocket socket_;
    Kind kind_;
    HttpHandler handler_;
    HttpLimits limits_;
    boost::beast::flat_buffer buffer_;
};

} // namespace hallmonitor::collector
