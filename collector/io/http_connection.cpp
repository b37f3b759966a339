#include "collector/io/http_connection.hpp"

#include "collector/expose/gzip.hpp"
#include "common/check.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::size_t smallest_to_compress = 1024;

bool is_http_fault(const boost::system::error_code& error)
{
    return error.category() == make_error_code(http::error::end_of_stream).category() &&
           error != http::error::end_of_stream && error != http::error::partial_message;
}

std::string_view view_of(const boost::beast::flat_buffer& buffer)
{
    return {static_cast<const char*>(buffer.data().data()), buffer.data().size()};
}

// Which limit broke: if the request's first line has no end, its address is what is too long.
HttpResponse parse_failure(
    const boost::system::error_code& error, const boost::beast::flat_buffer& seen
)
{
    if (error != http::error::header_limit && error != http::error::buffer_overflow)
        return problem_response(400, "This is no HTTP request: " + error.message() + ".");
    if (view_of(seen).find('\n') == std::string_view::npos)
        return problem_response(414, "The address is too long.");
    return problem_response(431, "The head of the request is too large: 8 KiB are read.");
}

std::string_view view_of(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

bool has_body(const http::request_parser<http::empty_body>& parser)
{
    return parser.chunked() || parser.content_length().value_or(0) > 0;
}

// A chunk's head has a fixed width, so that it can be filled in once its piece is made behind it.
constexpr std::string_view chunk_head = "00000000\r\n";

void fill_chunk_head(std::string& chunk)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::size_t size = chunk.size() - chunk_head.size();
    for (std::size_t place = 8; place-- > 0; size >>= 4)
        chunk[place] = digits[size & 15];
    INVARIANT(size == 0);
}

} // namespace

Task<void> HttpConnection::run()
{
    auto limit = limits_.header;
    bool goes_on = true;
    while (goes_on) {
        auto waiting = wait_for_request(limit);
        const bool has_request = co_await std::move(waiting);
        if (!has_request) break;
        auto receiving = receive();
        auto exchange = co_await std::move(receiving);
        if (!exchange) break;
        const bool keep_alive = exchange->keep_alive;
        auto sending = send(std::move(*exchange));
        const bool sent = co_await std::move(sending);
        goes_on = sent && keep_alive;
        limit = limits_.idle;
    }
    boost::system::error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_both, ignored);
    socket_.close(ignored);
}

Task<bool> HttpConnection::wait_for_request(std::chrono::milliseconds limit)
{
    if (buffer_.size() > 0) co_return true;
    auto reading = read_some();
    const auto read = co_await with_deadline(std::move(reading), limit);
    co_return read.has_value();
}

Task<Result<void>> HttpConnection::read_some()
{
    constexpr std::size_t room = 1024;
    auto space = buffer_.prepare(room);
    const auto [error, count] = co_await socket_.async_read_some(space, as_result);
    if (error) co_return error;
    buffer_.commit(count);
    co_return Result<void>{};
}

Task<Result<void>> HttpConnection::read_head(Parser& parser)
{
    const auto [error, count] =
        co_await http::async_read_header(socket_, buffer_, parser, as_result);
    if (error) co_return error;
    co_return Result<void>{};
}

Task<std::optional<HttpConnection::Exchange>> HttpConnection::receive()
{
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    auto reading = read_head(parser);
    const auto read = co_await with_deadline(std::move(reading), limits_.header);
    Exchange exchange;
    if (read) {
        auto answering = answer(parser, exchange);
        co_await std::move(answering);
        co_return exchange;
    }
    if (read.error() == Errc::timed_out) {
        exchange.response = problem_response(408, "The request did not come in time.");
    } else if (is_http_fault(read.error())) {
        exchange.response = parse_failure(read.error(), buffer_);
    } else {
        co_return std::nullopt;
    }
    co_return exchange;
}

Task<void> HttpConnection::answer(const Parser& parser, Exchange& exchange)
{
    const auto& request = parser.get();
    exchange.may_chunk = request.version() >= 11;
    exchange.head_only = request.method() == http::verb::head;
    // What is refused here may be followed by octets that nobody read: then the connection ends.
    if (request.method() != http::verb::get && !exchange.head_only) {
        exchange.response = problem_response(405, "Only GET and HEAD are answered here.");
        co_return;
    }
    if (has_body(parser)) {
        exchange.response = problem_response(413, "Requests have no body here.");
        co_return;
    }
    if (request.target().size() > limits_.target_bytes) {
        exchange.response = problem_response(414, "The address is too long.");
        co_return;
    }
    auto target = parse_target(view_of(request.target()));
    const auto hosts = request.count(http::field::host);
    if (!target || hosts > 1 || (hosts == 0 && exchange.may_chunk)) {
        exchange.response = problem_response(
            400, target ? "The request must have one Host field." : "The address is malformed."
        );
        co_return;
    }
    const auto host = view_of(request[http::field::host]);
    target->is_control = kind_ == Kind::control;
    if (!target->is_control && is_plain_host(host)) target->host = host;
    exchange.keep_alive = request.keep_alive();
    exchange.gzip = (kind_ == Kind::remote || limits_.compresses_locally) &&
                    accepts_gzip(view_of(request[http::field::accept_encoding]));
    auto handling = handle(std::move(*target));
    auto handled = co_await with_deadline(std::move(handling), limits_.handler);
    exchange.response = handled ? std::move(*handled)
                                : problem_response(503, "The collector is too busy to answer now.");
}

Task<Result<HttpResponse>> HttpConnection::handle(HttpRequest request)
{
    std::string problem;
    try {
        auto answering = handler_(std::move(request));
        auto response = co_await std::move(answering);
        co_return response;
    } catch (const std::exception& error) {
        problem = error.what();
    }
    log::error("http_handler_failed", {{"reason", problem}});
    co_return problem_response(500, "The collector failed to answer; its log says why.");
}

Task<bool> HttpConnection::send(Exchange exchange)
{
    HttpResponse& response = exchange.response;
    HeadOptions head{.keep_alive = exchange.keep_alive};
    head.gzip = exchange.gzip && (response.pieces || response.body.size() >= smallest_to_compress);
    PageSource pieces = std::move(response.pieces);
    if (head.gzip) pieces = gzipped(std::exchange(response.body, {}), std::move(pieces));
    if (pieces) head.framing = exchange.may_chunk ? Framing::chunked : Framing::until_close;
    if (head.framing == Framing::until_close) head.keep_alive = false;

    std::string text = response_head(response, head);
    if (pieces && !head.gzip && !response.body.empty())
        pieces = joined(std::exchange(response.body, {}), std::move(pieces));
    if (!exchange.head_only) text += response.body;
    auto sending = send_text(text);
    bool sent = co_await std::move(sending);
    if (sent && pieces && !exchange.head_only) {
        auto rest = send_pieces(std::move(pieces), head.framing == Framing::chunked);
        sent = co_await std::move(rest);
    }
    if (sent && response.sent) response.sent();
    co_return sent&& head.keep_alive;
}

Task<bool> HttpConnection::send_text(std::string_view text)
{
    while (!text.empty()) {
        const auto piece = text.substr(0, page_piece_bytes);
        text.remove_prefix(piece.size());
        auto writing = write(piece);
        const auto written = co_await with_deadline(std::move(writing), limits_.piece);
        if (!written) co_return false;
    }
    co_return true;
}

Task<bool> HttpConnection::send_pieces(PageSource pieces, bool chunked)
{
    const std::string_view head = chunked ? chunk_head : std::string_view{};
    std::string piece{head};
    while (pieces(piece)) {
        if (chunked) {
            fill_chunk_head(piece);
            piece += "\r\n";
        }
        auto sending = send_text(piece);
        const bool sent = co_await std::move(sending);
        if (!sent) co_return false;
        piece = head;
    }
    if (!chunked) co_return true;
    auto ending = send_text("0\r\n\r\n");
    co_return co_await std::move(ending);
}

Task<Result<void>> HttpConnection::write(std::string_view text)
{
    const auto buffer = asio::buffer(text.data(), text.size());
    const auto [error, count] = co_await asio::async_write(socket_, buffer, as_result);
    if (error) co_return error;
    co_return Result<void>{};
}

} // namespace hallmonitor::collector
