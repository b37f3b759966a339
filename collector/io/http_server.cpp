#include "collector/io/http_server.hpp"

#include "common/io/deadline.hpp"
#include "common/io/log.hpp"
#include "common/io/supervise.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <charconv>
#include <cstdio>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace hallmonitor::collector {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using asio::local::stream_protocol;
using namespace std::chrono_literals;

// What survives from one request of a connection to the next.
struct ReadState {
    boost::beast::flat_buffer buffer;
};

namespace {

using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

constexpr auto accept_pause = 100ms;

template <class Socket>
Task<Result<std::size_t>> read_head(
    Socket& socket,
    boost::beast::flat_buffer& buffer,
    http::request_parser<http::empty_body>& parser
)
{
    const auto [error, count] = co_await http::async_read(socket, buffer, parser, as_result);
    if (error) co_return error;
    co_return count;
}

template <class Socket>
Task<Result<std::size_t>> wait_for_octets(Socket& socket, boost::beast::flat_buffer& buffer)
{
    constexpr std::size_t room = 1024;
    auto space = buffer.prepare(room);
    const auto [error, count] = co_await socket.async_read_some(space, as_result);
    if (error) co_return error;
    buffer.commit(count);
    co_return count;
}

template <class Socket>
Task<Result<std::size_t>> write_all(Socket& socket, Response& response)
{
    const auto [error, count] = co_await http::async_write(socket, response, as_result);
    if (error) co_return error;
    co_return count;
}

Response make_response(HttpResponse answer, unsigned version, bool keep_alive, bool head_only)
{
    Response response{http::int_to_status(answer.status), version};
    response.set(http::field::server, "hallmonitor");
    response.set(http::field::content_type, answer.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set(http::field::x_frame_options, "DENY");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Content-Security-Policy", "default-src 'none'; style-src 'self'");
    if (answer.status == 405) response.set(http::field::allow, "GET, HEAD");
    response.keep_alive(keep_alive);
    const std::size_t size = answer.body.size();
    if (!head_only) response.body() = std::move(answer.body);
    response.content_length(size);
    return response;
}

HttpResponse problem_response(unsigned status, std::string text)
{
    return {.status = status, .body = std::move(text) + "\n"};
}

HttpResponse parse_failure(const boost::system::error_code& error)
{
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return problem_response(431, "the request's head is too large");
    if (error == http::error::body_limit || error == http::error::unexpected_body)
        return problem_response(413, "requests have no body here");
    return problem_response(400, "not an HTTP request: " + error.message());
}

std::optional<std::string> unescape(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            unsigned value = 0;
            if (i + 2 >= text.size()) return std::nullopt;
            const char* const end = text.data() + i + 3;
            const auto [stop, error] = std::from_chars(text.data() + i + 1, end, value, 16);
            if (error != std::errc{} || stop != end) return std::nullopt;
            c = static_cast<char>(value);
            i += 2;
        }
        if (c == '\0') return std::nullopt;
        out += c;
    }
    return out;
}

} // namespace

Result<HttpRequest> parse_target(std::string_view target)
{
    const auto question = target.find('?');
    const auto path = unescape(target.substr(0, question));
    if (!path || !path->starts_with('/')) return Errc::malformed;
    HttpRequest request{.path = *path, .query = {}};
    if (question == std::string_view::npos) return request;
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
        const auto ampersand = rest.find('&');
        const std::string_view pair = rest.substr(0, ampersand);
        const auto equals = pair.find('=');
        const auto key = unescape(pair.substr(0, equals));
        const auto value = unescape(
            equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1)
        );
        if (!key || !value) return Errc::malformed;
        request.query[*key] = *value;
        rest =
            ampersand == std::string_view::npos ? std::string_view{} : rest.substr(ampersand + 1);
    }
    return request;
}

HttpServer::HttpServer(asio::any_io_executor loop, Handler handler, HttpLimits limits)
    : loop_(std::move(loop)), handler_(std::move(handler)), limits_(limits), tcp_(loop_),
      unix_(loop_)
{}

Result<void> HttpServer::listen_tcp(
    const std::string& address, std::uint16_t port, std::string& problem
)
{
    boost::system::error_code code;
    const auto where = asio::ip::make_address(address, code);
    if (!code) tcp_.open(tcp::endpoint{where, port}.protocol(), code);
    if (!code) tcp_.set_option(tcp::acceptor::reuse_address{true}, code);
    if (!code) tcp_.bind({where, port}, code);
    if (!code) tcp_.listen(asio::socket_base::max_listen_connections, code);
    if (code) {
        problem = "cannot serve HTTP on " + address + ":" + std::to_string(port) + ": " +
                  code.message() + "; set http.address to a free one";
        return code;
    }
    supervise(loop_, "http_accept", accept_tcp(), end_daemon);
    return {};
}

Result<void> HttpServer::listen_unix(const std::string& path, std::string& problem)
{
    boost::system::error_code code;
    stream_protocol::socket probe{loop_};
    probe.connect({path}, code);
    if (!code) {
        problem = "another collector answers on control socket " + path;
        return Errc::refused;
    }
    std::remove(path.c_str());
    unix_.open({}, code);
    if (!code) unix_.bind({path}, code);
    if (!code) unix_.listen(asio::socket_base::max_listen_connections, code);
    if (code) {
        problem = "cannot make control socket " + path + ": " + code.message();
        return code;
    }
    ::chmod(path.c_str(), 0660);
    unix_path_ = path;
    supervise(loop_, "control_accept", accept_unix(), end_daemon);
    return {};
}

std::uint16_t HttpServer::port() const
{
    boost::system::error_code ignored;
    return tcp_.local_endpoint(ignored).port();
}

Task<void> HttpServer::accept_tcp()
{
    while (!stopped_) {
        auto [error, socket] = co_await tcp_.async_accept(as_result);
        if (stopped_ || error == asio::error::operation_aborted) co_return;
        if (error) {
            log::warning("accept_failed", {{"reason", error.message()}});
            co_await sleep_for(accept_pause);
            continue;
        }
        boost::system::error_code gone;
        const std::string address = socket.remote_endpoint(gone).address().to_string();
        const auto known = open_by_address_.find(address);
        const std::size_t of_address = known == open_by_address_.end() ? 0 : known->second;
        if (gone || open_ >= limits_.connections || of_address >= limits_.connections_per_address)
            continue; // closes
        socket.set_option(tcp::no_delay{true}, gone);
        supervise_connection(loop_, "http " + address, serve(std::move(socket), address));
    }
}

Task<void> HttpServer::accept_unix()
{
    while (!stopped_) {
        auto [error, socket] = co_await unix_.async_accept(as_result);
        if (stopped_ || error == asio::error::operation_aborted) co_return;
        if (error) {
            co_await sleep_for(accept_pause);
            continue;
        }
        supervise_connection(loop_, "control", serve(std::move(socket), std::string{}));
    }
}

template <class Socket>
Task<void> HttpServer::serve(Socket socket, std::string address)
{
    ++open_;
    if (!address.empty()) ++open_by_address_[address];
    ReadState state;
    for (bool goes_on = true; goes_on && !stopped_;) {
        auto one = serve_one(socket, state);
        goes_on = co_await std::move(one);
    }
    boost::system::error_code ignored;
    socket.shutdown(Socket::shutdown_both, ignored);
    --open_;
    if (!address.empty() && --open_by_address_[address] == 0) open_by_address_.erase(address);
}

// One request and its answer; false when the connection is to be closed.
template <class Socket>
Task<bool> HttpServer::serve_one(Socket& socket, ReadState& state)
{
    if (state.buffer.size() == 0) {
        auto waiting = wait_for_octets(socket, state.buffer);
        const auto octets = co_await with_deadline(std::move(waiting), limits_.idle);
        if (!octets) co_return false;
    }
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(0);
    auto reading = read_head(socket, state.buffer, parser);
    const auto got = co_await with_deadline(std::move(reading), limits_.header);
    HttpResponse answer;
    bool keep_alive = false;
    bool head_only = false;
    unsigned version = 11;
    if (!got) {
        const bool is_http_fault =
            got.error().category() == http::make_error_code(http::error::end_of_stream).category();
        if (!is_http_fault || got.error() == http::error::end_of_stream) co_return false;
        answer = parse_failure(got.error());
    } else {
        const Request& request = parser.get();
        keep_alive = request.keep_alive();
        version = request.version();
        head_only = request.method() == http::verb::head;
        const auto target = parse_target({request.target().data(), request.target().size()});
        if (request.method() != http::verb::get && !head_only) {
            answer = problem_response(405, "only GET and HEAD are answered here");
        } else if (!target) {
            answer = problem_response(400, "malformed address");
        } else {
            answer = co_await handler_(*target);
        }
    }
    Response response = make_response(std::move(answer), version, keep_alive, head_only);
    auto writing = write_all(socket, response);
    const auto written = co_await with_deadline(std::move(writing), limits_.answer);
    co_return written&& keep_alive;
}

void HttpServer::stop()
{
    stopped_ = true;
    boost::system::error_code ignored;
    tcp_.close(ignored);
    unix_.close(ignored);
    if (!unix_path_.empty()) std::remove(unix_path_.c_str());
}

} // namespace hallmonitor::collector
