#include "collector/io/remote_http.hpp"

#include "common/io/deadline.hpp"
#include "common/io/tls.hpp"

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Request = http::request<http::span_body<const char>>;
using ResponseParser = http::response_parser<http::string_body>;

constexpr std::size_t longest_answer = std::size_t{64} << 10;
constexpr std::size_t quoted_answer = 1'024;

std::string base64(std::string_view text)
{
    using namespace boost::archive::iterators;
    using Encoder = base64_from_binary<transform_width<std::string_view::const_iterator, 6, 8>>;
    std::string out{Encoder{text.begin()}, Encoder{text.end()}};
    out.append((3 - text.size() % 3) % 3, '=');
    return out;
}

std::string host_field(const ReceiverUrl& url)
{
    const bool is_usual = url.endpoint.port == (url.is_tls ? 443 : 80);
    const std::string whole = to_string(url.endpoint);
    return is_usual ? whole.substr(0, whole.rfind(':')) : whole;
}

Request request_of(const RemoteWriteConfig& config, const std::string& body)
{
    Request request{http::verb::post, config.url.target, 11};
    request.set(http::field::host, host_field(config.url));
    request.set(http::field::user_agent, "hallmonitor-collector/" HALLMONITOR_VERSION);
    request.set(http::field::content_type, "application/x-protobuf");
    request.set(http::field::content_encoding, "snappy");
    request.set("X-Prometheus-Remote-Write-Version", "0.1.0");
    if (!config.bearer_token.empty()) {
        request.set(
            http::field::authorization, "Bearer " + std::string{config.bearer_token.reveal()}
        );
    } else if (!config.username.empty()) {
        const std::string pair = config.username + ":" + std::string{config.password.reveal()};
        request.set(http::field::authorization, "Basic " + base64(pair));
    }
    request.body() = {body.data(), body.size()};
    request.prepare_payload();
    return request;
}

std::optional<std::chrono::seconds> seconds_of(std::string_view text)
{
    unsigned seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    return is_whole ? std::optional{std::chrono::seconds{seconds}} : std::nullopt;
}

remote::Answer answer_of(const http::response<http::string_body>& response)
{
    const auto after = response[http::field::retry_after];
    return {
        .status = response.result_int(),
        .text = response.body().substr(0, quoted_answer),
        .retry_after = seconds_of({after.data(), after.size()}),
    };
}

template <class Stream>
Task<Result<remote::Answer>> converse(
    Stream& stream, Request& request, boost::beast::flat_buffer& buffer, bool& keeps
)
{
    const auto [unsent, sent] = co_await http::async_write(stream, request, as_result);
    // Who refuses a request before its end says why all the same.
    ResponseParser parser;
    parser.body_limit(longest_answer);
    const auto [unread, read] = co_await http::async_read(stream, buffer, parser, as_result);
    if (unread) co_return unsent ? unsent : unread;
    keeps = !unsent && parser.get().keep_alive();
    co_return answer_of(parser.get());
}

Task<Result<tcp::resolver::results_type>> resolve(tcp::resolver& resolver, Endpoint endpoint)
{
    const std::string port = std::to_string(endpoint.port);
    auto [error, found] = co_await resolver.async_resolve(endpoint.host, port, as_result);
    if (error) co_return error;
    co_return found;
}

} // namespace

struct RemoteHttp::Link {
    std::shared_ptr<asio::ssl::context> context; // null without TLS
    std::variant<tcp::socket, tls::Stream> stream;
    boost::beast::flat_buffer buffer{};
};

RemoteHttp::RemoteHttp(asio::any_io_executor loop, RemoteWriteConfig config)
    : loop_(std::move(loop)), config_(std::move(config))
{}

RemoteHttp::~RemoteHttp() = default;

Task<Result<void>> RemoteHttp::open()
{
    const std::string where = to_string(config_.url.endpoint);
    tcp::resolver resolver{loop_};
    auto lookup = resolve(resolver, config_.url.endpoint);
    const auto addresses = co_await std::move(lookup);
    if (!addresses) {
        problem_ = "cannot find the address of " + config_.url.endpoint.host + ": " +
                   addresses.error().message();
        co_return addresses.error();
    }
    tcp::socket socket{loop_};
    const auto [refused, endpoint] = co_await asio::async_connect(socket, *addresses, as_result);
    if (refused) {
        problem_ = "cannot connect to " + where + ": " + refused.message();
        co_return refused;
    }
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    if (!config_.url.is_tls) {
        link_ = std::make_unique<Link>(Link{.context = nullptr, .stream = std::move(socket)});
        co_return Result<void>{};
    }
    auto context = tls::make_public_client_context(config_.ca_file, problem_);
    if (!context) co_return context.error();
    tls::Stream stream{std::move(socket), **context};
    auto shaking = tls::connect(stream, config_.url.endpoint.host, config_.timeout, problem_);
    const auto shaken = co_await std::move(shaking);
    if (!shaken) {
        problem_ = where + ": " + problem_;
        co_return shaken.error();
    }
    link_ = std::make_unique<Link>(Link{.context = *context, .stream = std::move(stream)});
    co_return Result<void>{};
}

Task<Result<remote::Answer>> RemoteHttp::exchange(const std::string& body)
{
    problem_.clear();
    if (!link_) {
        auto opening = open();
        const auto opened = co_await std::move(opening);
        if (!opened) co_return opened.error();
    }
    Request request = request_of(config_, body);
    bool keeps = false;
    Result<remote::Answer> answer = Errc::closed;
    if (auto* plain = std::get_if<tcp::socket>(&link_->stream)) {
        auto talking = converse(*plain, request, link_->buffer, keeps);
        answer = co_await std::move(talking);
    } else {
        auto talking =
            converse(std::get<tls::Stream>(link_->stream), request, link_->buffer, keeps);
        answer = co_await std::move(talking);
    }
    if (!keeps) link_.reset();
    co_return answer;
}

Task<remote::Answer> RemoteHttp::post(const std::string& body)
{
    const bool was_open = link_ != nullptr;
    auto exchanging = exchange(body);
    auto answer = co_await with_deadline(std::move(exchanging), config_.timeout);
    if (answer) co_return std::move(*answer);
    link_.reset();
    if (was_open && answer.error() != Errc::timed_out) {
        // A connection that was kept may have been closed meanwhile, which says nothing.
        auto again = exchange(body);
        answer = co_await with_deadline(std::move(again), config_.timeout);
        if (answer) co_return std::move(*answer);
        link_.reset();
    }
    remote::Answer none;
    if (answer.error() == Errc::timed_out) {
        none.text = to_string(config_.url.endpoint) + " does not answer within " +
                    std::to_string(config_.timeout.count()) + " ms";
    } else if (problem_.empty()) {
        none.text = "the connection to " + to_string(config_.url.endpoint) +
                    " broke: " + answer.error().message();
    } else {
        none.text = problem_;
    }
    co_return none;
}

} // namespace hallmonitor::collector
