#include "collector/io/control_client.hpp"

#include "common/io/deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include <cctype>
#include <exception>
#include <sys/un.h>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::local::stream_protocol;
using namespace std::chrono_literals;

constexpr auto limit = 10s;
constexpr auto download_limit = 1h;
constexpr std::uint64_t largest_answer = std::uint64_t{1} << 30;

struct Answer {
    unsigned status{0};
    std::string body;
};

// What a good answer's body goes into; empty: memory.
Task<Result<Answer>> fetch(
    stream_protocol::socket& socket, std::string path, std::string target, std::string file
)
{
    const auto [refused] = co_await socket.async_connect({path}, as_result);
    if (refused) co_return refused;
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, "localhost");
    request.keep_alive(false);
    const auto [unsent, sent] = co_await http::async_write(socket, request, as_result);
    if (unsent) co_return unsent;
    boost::beast::flat_buffer buffer;
    http::response_parser<http::empty_body> head;
    const auto [no_head, head_size] =
        co_await http::async_read_header(socket, buffer, head, as_result);
    if (no_head) co_return no_head;
    const unsigned status = head.get().result_int();
    if (status == 200 && !file.empty()) {
        http::response_parser<http::file_body> parser{std::move(head)};
        parser.body_limit(boost::none);
        boost::system::error_code unopened;
        parser.get().body().open(file.c_str(), boost::beast::file_mode::write, unopened);
        if (unopened) co_return unopened;
        const auto [unread, count] = co_await http::async_read(socket, buffer, parser, as_result);
        if (unread) co_return unread;
        co_return Answer{.status = status, .body = {}};
    }
    http::response_parser<http::string_body> parser{std::move(head)};
    parser.body_limit(largest_answer);
    const auto [unread, count] = co_await http::async_read(socket, buffer, parser, as_result);
    if (unread) co_return unread;
    co_return Answer{.status = status, .body = std::move(parser.get().body())};
}

std::string sentence_of(std::string text)
{
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

std::string explain(const boost::system::error_code& error, const std::string& path)
{
    if (error == boost::system::errc::no_such_file_or_directory ||
        error == boost::system::errc::connection_refused)
        return "no collector answers on " + path + ": is it running, with this state_directory?";
    if (error == boost::system::errc::permission_denied)
        return "no right to use " + path + ": run as the collector's user, its group or root";
    if (error == Errc::timed_out) return "the collector does not answer within 10 s";
    return "cannot ask the collector on " + path + ": " + error.message();
}

} // namespace

namespace {

// The answer, whatever its status.
std::optional<Answer> ask(
    const std::string& path,
    const std::string& target,
    const std::string& file,
    std::chrono::milliseconds within,
    std::string& problem
)
{
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
        problem = "too long for a control socket: " + path;
        return std::nullopt;
    }
    asio::io_context context{1};
    stream_protocol::socket socket{context};
    Result<Answer> answer = Errc::closed;
    auto work = with_deadline(fetch(socket, path, target, file), within);
    asio::co_spawn(
        context,
        std::move(work),
        [&](const std::exception_ptr& thrown, Result<Answer> got) {
            if (!thrown) answer = std::move(got);
        }
    );
    context.run();
    if (answer) return std::move(*answer);
    problem = explain(answer.error(), path);
    return std::nullopt;
}

} // namespace

std::optional<boost::json::value> ask_collector(
    const std::string& path, const std::string& target, std::string& problem
)
{
    const auto answer = ask(path, target, "", limit, problem);
    if (!answer) return std::nullopt;
    if (answer->status != 200) {
        problem = sentence_of(answer->body);
        return std::nullopt;
    }
    boost::system::error_code error;
    auto document = boost::json::parse(answer->body, error);
    if (!error) return document;
    problem = "the collector's answer is no JSON: " + error.message();
    return std::nullopt;
}

std::optional<bool> download(
    const std::string& path,
    const std::string& target,
    const std::string& file,
    std::string& problem
)
{
    const auto answer = ask(path, target, file, download_limit, problem);
    if (!answer) return std::nullopt;
    if (answer->status == 200) return true;
    if (answer->status == 202) return false;
    problem = sentence_of(answer->body);
    return std::nullopt;
}

std::string escape_query(const std::string& value)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (std::isalnum(octet) != 0 || c == '-' || c == '.' || c == '_') {
            out += c;
        } else {
            out += {'%', digits[octet >> 4], digits[octet & 15]};
        }
    }
    return out;
}

} // namespace hallmonitor::collector
