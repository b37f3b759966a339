#include "agent/io/ping_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <optional>
#include <thread>

namespace hallmonitor::agent::ping_socket_test {

using namespace std::chrono_literals;

TEST_CASE("a ping's answer tells how long it lay unread", "[io]")
{
    boost::asio::io_context loop{1};
    PingSocket ping{loop.get_executor(), 4'711};
    std::string problem;
    if (!ping.open(problem)) {
        WARN("skipped: " + problem);
        return;
    }
    std::optional<std::chrono::microseconds> waited;
    std::uint32_t sequence = 0;
    ping.start([&](PeerAddress, EchoProbe probe, std::chrono::microseconds ago) {
        waited = ago;
        sequence = probe.sequence;
    });
    ping.set_patient(true);
    const std::array<PingSocket::Target, 1> targets{
        {{.to = PeerAddress::v4({127, 0, 0, 1}, 0), .probe = {.device = 3, .sequence = 9}}}};
    ping.send(targets);

    std::this_thread::sleep_for(20ms); // what is measured
    ping.drain();

    REQUIRE(waited);
    CHECK(sequence == 9);
    CHECK(*waited >= 10ms);
}

} // namespace hallmonitor::agent::ping_socket_test
