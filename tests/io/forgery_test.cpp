// The same forgeries as tests/agent/poll/forgery_test.cpp, by real datagrams through the agent's
// sockets: 100,000 of them between the requests of a cycle and their true replies.

#include "agent/io/udp_exchange.hpp"
#include "agent/poll/engine.hpp"
#include "tests/agent/poll/forger.hpp"
#include "tests/sim/device.hpp"
#include "tests/sim/kinds/kind.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <catch2/catch.hpp>

#include <chrono>

namespace hallmonitor::agent::testing::forgery_test {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using boost::asio::ip::udp;

constexpr MonoTime now{1'000s}; // stands still: no request ever expires
constexpr int forgeries = 100'000;
constexpr int at_once = 100; // that a receive buffer holds for certain

class Scene {
public:
    Scene()
        : device_(loop_, udp::endpoint{make_address("127.0.0.1"), 0}),
          other_port_(loop_, udp::endpoint{make_address("127.0.0.1"), 0}),
          other_address_(
              loop_, udp::endpoint{make_address("127.0.0.77"), device_.local_endpoint().port()}
          ),
          sim_(
              {},
              std::make_shared<const sim::Blueprint>(
                  sim::make_blueprint(*sim::find_kind("switch"), 24, 0)
              )
          )
    {
        REQUIRE(exchange_.open());
        exchange_.start(
            [this](std::span<const InDatagram> batch) {
                for (const InDatagram& datagram : batch) {
                    ++received_;
                    if (engine_.feed(datagram.from, datagram.bytes, now)) ++accepted_;
                }
            },
            [](PeerAddress) {}
        );
        DeviceConfig config;
        config.name = "sw-1";
        config.snmp = SnmpSettings{};
        config.poll_interval = 10s;
        engine_.add(0, config, address(), now);
        engine_.poll_now(0, now);
    }

    // The request in flight, as the device got it; empty when the cycle has ended.
    std::optional<Asked> next_request()
    {
        std::vector<OutDatagram> out;
        for (const Outgoing& outgoing : engine_.outgoing())
            out.push_back(
                {.to = outgoing.to,
                 .bytes = engine_.buffer().subspan(outgoing.offset, outgoing.size)}
            );
        if (out.empty()) return std::nullopt;
        exchange_.send(out);
        engine_.clear_outgoing();
        Bytes request(65'536);
        request.resize(device_.receive_from(boost::asio::buffer(request), agent_));
        std::vector<std::uint8_t> buffer(sim::Device::buffer_size);
        const auto* const octets = reinterpret_cast<const std::uint8_t*>(request.data());
        const auto reply = sim_.answer({octets, request.size()}, 0s, buffer);
        const auto bytes = std::as_bytes(reply.bytes);
        return Asked{address(), std::move(request), {bytes.begin(), bytes.end()}};
    }

    void send(PeerAddress from, const Bytes& bytes)
    {
        udp::socket& socket = from.bytes != address().bytes ? other_address_
                              : from.port != address().port ? other_port_
                                                            : device_;
        socket.send_to(boost::asio::buffer(bytes), agent_);
        ++sent_;
        if (sent_ % at_once == 0) settle();
    }

    // All that was sent has been looked at.
    void settle()
    {
        const auto deadline = std::chrono::steady_clock::now() + 5s;
        while (received_ < sent_ && loop_.run_one_until(deadline) > 0) {
        }
        REQUIRE(received_ == sent_);
    }

    [[nodiscard]] PeerAddress address() const
    {
        return PeerAddress::v4({127, 0, 0, 1}, device_.local_endpoint().port());
    }
    [[nodiscard]] Engine& engine() { return engine_; }
    [[nodiscard]] std::uint64_t accepted() const { return accepted_; }

private:
    boost::asio::io_context loop_{1};
    udp::socket device_;
    udp::socket other_port_;
    udp::socket other_address_;
    UdpExchange exchange_{loop_.get_executor()};
    Engine engine_{1};
    sim::Device sim_;
    udp::endpoint agent_;
    std::uint64_t sent_{0};
    std::uint64_t received_{0};
    std::uint64_t accepted_{0};
};

} // namespace

TEST_CASE("of 100,000 forged datagrams none is accepted, and the cycle goes well", "[io]")
{
    Scene scene;
    Forger forger;
    std::vector<Bytes> old;
    int forged = 0;
    std::uint64_t answered = 0;
    while (const auto asked = scene.next_request()) {
        for (int i = 0; i < forgeries / 8; ++i, ++forged) {
            const auto [from, bytes] = forger.forge(*asked, old);
            scene.send(from, bytes);
        }
        scene.settle();
        REQUIRE(scene.accepted() == answered);
        scene.send(asked->to, asked->reply);
        scene.settle();
        ++answered;
        REQUIRE(scene.accepted() == answered);
        old.push_back(asked->reply);
    }

    CHECK(forged >= forgeries);
    CHECK(scene.engine().counts().rejected == static_cast<std::uint64_t>(forged));
    const auto ended = scene.engine().take_ended();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].outcome.problem.empty());
    CHECK(ended[0].outcome.interfaces_complete);
}

} // namespace hallmonitor::agent::testing::forgery_test
