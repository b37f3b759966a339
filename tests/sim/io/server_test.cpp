#include "tests/sim/io/server.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace server_test {

using namespace hallmonitor::sim;

namespace {

constexpr std::uint32_t first_ip = 0x7F4F0001; // 127.79.0.1

/// GET of sysServices.0, community public.
constexpr std::array<std::uint8_t, 40> get_services{
    0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, 'p',  'u',  'b',  'l',  'i',  'c',  0xA0,
    0x19, 0x02, 0x01, 0x11, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0E, 0x30, 0x0C,
    0x06, 0x08, 0x2B, 0x06, 0x01, 0x02, 0x01, 0x01, 0x07, 0x00, 0x05, 0x00};

/// Two switches, served by a thread until the end of the test.
class Running {
public:
    Running() : server_(fleet_)
    {
        fleet_.add({.first = {.ip = first_ip, .port = 0}, .devices = 2, .ports = 4});
        std::string folder = std::filesystem::temp_directory_path() / "hallmonitor-sim-XXXXXX";
        REQUIRE(::mkdtemp(folder.data()) != nullptr);
        folder_ = folder;
        REQUIRE(server_.listen().empty());
        REQUIRE(server_.listen_control(socket_path()).empty());
        thread_ = std::thread{[this] { server_.run(is_ended_); }};
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running()
    {
        is_ended_ = true;
        thread_.join();
        std::filesystem::remove_all(folder_);
    }

    [[nodiscard]] std::string socket_path() const { return folder_ / "control"; }

    [[nodiscard]] sockaddr_in address(std::uint32_t ip) const
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server_.ports().at(0));
        address.sin_addr.s_addr = htonl(ip);
        return address;
    }

private:
    Fleet fleet_{1, "public", usual_reply};
    Server server_;
    std::filesystem::path folder_;
    std::atomic<bool> is_ended_{false};
    std::thread thread_;
};

Descriptor patient(int socket)
{
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return Descriptor{socket};
}

} // namespace

TEST_CASE("a device answers from the address that was asked", "[sim]")
{
    const Running fleet;
    const auto socket = patient(::socket(AF_INET, SOCK_DGRAM, 0));
    const auto asked = fleet.address(first_ip + 1);
    const auto* const to = reinterpret_cast<const sockaddr*>(&asked);

    ::sendto(socket.get(), get_services.data(), get_services.size(), 0, to, sizeof asked);
    std::array<std::uint8_t, 2'048> reply{};
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto count = ::recvfrom(
        socket.get(), reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), &size
    );

    REQUIRE(count == 41);
    CHECK(reply[13] == tag::response);
    CHECK(reply[40] == 2);
    CHECK(from.sin_addr.s_addr == asked.sin_addr.s_addr);
    CHECK(from.sin_port == asked.sin_port);
}

TEST_CASE("the control socket answers each line with one line", "[sim]")
{
    const Running fleet;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = fleet.socket_path();
    std::copy(path.begin(), path.end(), address.sun_path);
    const auto socket = patient(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0
    );

    const std::string_view lines = "silence 0 on\nfly\n";
    ::send(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL);
    std::string answers;
    while (std::count(answers.begin(), answers.end(), '\n') < 2) {
        std::array<char, 1'024> buffer{};
        const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        REQUIRE(count > 0);
        answers.append(buffer.data(), static_cast<std::size_t>(count));
    }

    CHECK(answers.starts_with(R"({"ok":true,"address":"127.79.0.1:)"));
    CHECK(answers.ends_with("{\"ok\":false,\"error\":\"unknown command; ask 'help'\"}\n"));
}

} // namespace server_test
