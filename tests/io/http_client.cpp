#include "tests/io/http_client.hpp"

#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <array>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace hallmonitor::collector::test {
namespace {

constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};

bool connect_to(int socket, const sockaddr* address, std::size_t size)
{
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return connect(socket, address, static_cast<socklen_t>(size)) == 0;
}

} // namespace

Served::Served(HttpHandler handler, HttpLimits limits)
    : server_(loop_.get_executor(), std::move(handler), limits)
{
    std::string problem;
    REQUIRE(server_.listen_tcp("127.0.0.1", 0, problem));
    port_ = server_.port();
}

void Served::start()
{
    thread_ = std::thread{[this] { loop_.run(); }};
}

Served::~Served()
{
    boost::asio::post(loop_, [this] {
        server_.stop();
        loop_.stop();
    });
    if (thread_.joinable()) thread_.join();
}

Client::Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect_to(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Client::Client(const std::string& unix_path) : socket_(socket(AF_UNIX, SOCK_STREAM, 0))
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = connect_to(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Client::~Client()
{
    close(socket_);
}

void Client::send(std::string_view text) const
{
    while (!text.empty()) {
        const auto count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool Client::read_some()
{
    std::array<char, 65'536> buffer{};
    const auto count = recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

std::string Client::read_until(std::string_view end)
{
    auto found = unread_.find(end);
    while (found == std::string::npos && read_some())
        found = unread_.find(end);
    const auto size = found == std::string::npos ? unread_.size() : found + end.size();
    std::string taken = unread_.substr(0, size);
    unread_.erase(0, size);
    return taken;
}

std::string Client::read_all()
{
    while (read_some()) {
    }
    return std::exchange(unread_, {});
}

std::string get(std::string_view path, std::string_view more_lines)
{
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: test:9848\r\n" +
           std::string{more_lines} + "\r\n";
}

std::string dechunked(std::string_view body)
{
    std::string out;
    while (true) {
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), size, 16);
        if (error != std::errc{}) return {};
        body.remove_prefix(static_cast<std::size_t>(end - body.data()));
        if (!body.starts_with("\r\n") || body.size() < size + 4) return {};
        out += body.substr(2, size);
        body.remove_prefix(2 + size);
        if (!body.starts_with("\r\n")) return {};
        body.remove_prefix(2);
        if (size == 0) return body.empty() ? out : std::string{};
    }
}

std::string body_of(const std::string& answer)
{
    const auto end = answer.find("\r\n\r\n");
    return end == std::string::npos ? std::string{} : answer.substr(end + 4);
}

} // namespace hallmonitor::collector::test
