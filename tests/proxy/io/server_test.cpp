#include "tests/proxy/io/server.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cerrno>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace proxy_server_test {

using namespace hallmonitor;
using namespace std::chrono_literals;
using sim::Descriptor;

namespace {

constexpr std::uint32_t loopback = 0x7F000001;

sockaddr_in address_of(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(loopback);
    return address;
}

Descriptor open_socket()
{
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return socket;
}

/// All that comes until the end; errno of a failure behind it.
std::pair<std::string, int> read_all(const Descriptor& socket)
{
    std::string text;
    std::array<char, 4'096> buffer{};
    while (true) {
        const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (count <= 0) return {text, count == 0 ? 0 : errno};
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

/// Exactly so many octets.
std::string read_some(const Descriptor& socket, std::size_t size)
{
    std::string text(size, '\0');
    const auto count = ::recv(socket.get(), text.data(), size, MSG_WAITALL);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return text;
}

void send_all(const Descriptor& socket, const std::string& text)
{
    REQUIRE(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) == ssize_t(text.size()));
}

/// A listener, and the proxy before it in a thread.
class Running {
public:
    Running() : listener_(open_socket())
    {
        auto address = address_of(0);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_.get(), generic, size) == 0);
        REQUIRE(::listen(listener_.get(), 8) == 0);
        ::getsockname(listener_.get(), generic, &size);
        std::string folder = std::filesystem::temp_directory_path() / "hallmonitor-proxy-XXXXXX";
        REQUIRE(::mkdtemp(folder.data()) != nullptr);
        folder_ = folder;
        server_.emplace(1, sim::Address{loopback, ntohs(address.sin_port)});
        REQUIRE(server_->listen({loopback, 0}).empty());
        REQUIRE(server_->listen_control(folder_ / "control").empty());
        thread_ = std::thread{[this] { server_->run(is_ended_, [](const std::string&) {}); }};
        control_ = Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un path{};
        path.sun_family = AF_UNIX;
        (folder_ / "control").native().copy(path.sun_path, sizeof path.sun_path - 1);
        REQUIRE(::connect(control_.get(), reinterpret_cast<sockaddr*>(&path), sizeof path) == 0);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running()
    {
        is_ended_ = true;
        thread_.join();
        std::filesystem::remove_all(folder_);
    }

    [[nodiscard]] Descriptor dial() const
    {
        auto client = open_socket();
        const auto address = address_of(server_->port());
        const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
        REQUIRE(::connect(client.get(), generic, sizeof address) == 0);
        return client;
    }
    [[nodiscard]] Descriptor accept() const
    {
        Descriptor peer{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        REQUIRE(peer.get() >= 0);
        const timeval limit{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(peer.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        return peer;
    }
    void order(const std::string& command) const
    {
        send_all(control_, command + "\n");
        REQUIRE(read_some(control_, 12) == "{\"ok\":true}\n");
    }

private:
    Descriptor listener_;
    std::filesystem::path folder_;
    std::optional<proxy::Server> server_;
    std::atomic<bool> is_ended_{false};
    std::thread thread_;
    Descriptor control_;
};

} // namespace

TEST_CASE("the proxy carries both ways, and each end alone", "[proxy][io]")
{
    const Running running;
    const auto client = running.dial();
    const auto peer = running.accept();
    std::string large;
    for (int i = 0; i < 200'000; ++i) {
        large += static_cast<char>(i * 31 % 251);
    }

    // Assertions are for one thread alone; what is missing shows at the other end.
    std::thread sender{[&] {
        static_cast<void>(::send(client.get(), large.data(), large.size(), MSG_NOSIGNAL));
        ::shutdown(client.get(), SHUT_WR);
    }};
    CHECK(read_all(peer) == std::pair{large, 0});
    sender.join();
    send_all(peer, "still here");
    ::shutdown(peer.get(), SHUT_WR);
    CHECK(read_all(client) == std::pair{std::string{"still here"}, 0});
}

TEST_CASE("single octets arrive as they were sent", "[proxy][io]")
{
    const Running running;
    running.order("fault both byte-at-a-time on");
    const auto client = running.dial();
    const auto peer = running.accept();
    const std::string text(20'000, 'x');

    send_all(client, text);
    ::shutdown(client.get(), SHUT_WR);

    CHECK(read_all(peer) == std::pair{text, 0});
}

TEST_CASE("a connection is reset in the middle of what is sent", "[proxy][io]")
{
    const Running running;
    running.order("fault up reset on 1000");
    const auto client = running.dial();
    const auto peer = running.accept();

    send_all(client, std::string(10'000, 'x'));

    const auto [text, error] = read_all(peer);
    CHECK(text.size() <= 1'000);
    CHECK(error == ECONNRESET);
    CHECK(read_all(client).second == ECONNRESET);
}

TEST_CASE("one side is told that this was all while the other goes on", "[proxy][io]")
{
    const Running running;
    const auto client = running.dial();
    const auto peer = running.accept();
    running.order("fault down half-close on 0");

    CHECK(read_all(client) == std::pair{std::string{}, 0});
    send_all(client, "hello");
    CHECK(read_some(peer, 5) == "hello");
}

TEST_CASE("what is held arrives later, what a black hole took never", "[proxy][io]")
{
    const Running running;
    const auto client = running.dial();
    const auto peer = running.accept();
    running.order("fault both hold on");
    send_all(client, "late");
    running.order("fault both hold off");
    CHECK(read_some(peer, 4) == "late");

    running.order("fault up black-hole on");
    const auto silent = running.dial();
    send_all(silent, "nobody hears");
    ::shutdown(silent.get(), SHUT_WR);
    send_all(client, "lost");
    ::shutdown(client.get(), SHUT_WR);
    send_all(peer, "heard");
    CHECK(read_some(client, 5) == "heard");
    running.order("fault up black-hole off");
    const auto other = running.dial();
    const auto other_peer = running.accept(); // the silent one was never dialled
    send_all(other, "new");
    CHECK(read_some(other_peer, 3) == "new");
    std::array<char, 8> nothing{};
    CHECK(::recv(peer.get(), nothing.data(), nothing.size(), MSG_DONTWAIT) == -1);
}

TEST_CASE("connections are refused, and left waiting, on command", "[proxy][io]")
{
    const Running running;
    running.order("fault both refuse on");
    CHECK(read_all(running.dial()).second == ECONNRESET);
    running.order("fault both refuse off");

    running.order("fault both freeze on");
    const auto client = running.dial();
    send_all(client, "waits");
    running.order("fault both freeze off");
    CHECK(read_some(running.accept(), 5) == "waits");
}

TEST_CASE("a peer that is not there ends the connection", "[proxy][io]")
{
    proxy::Server server{1, {loopback, 1}};
    REQUIRE(server.listen({loopback, 0}).empty());
    std::atomic<bool> is_ended{false};
    std::thread thread{[&] { server.run(is_ended, [](const std::string&) {}); }};
    const auto client = open_socket();
    const auto address = address_of(server.port());
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    REQUIRE(::connect(client.get(), generic, sizeof address) == 0);

    CHECK(read_all(client).second == ECONNRESET);

    is_ended = true;
    thread.join();
}

} // namespace proxy_server_test
