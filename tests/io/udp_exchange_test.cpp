#include "agent/io/udp_exchange.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace hallmonitor::agent::udp_exchange_test {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::udp;

// A device on loopback: a blocking socket that the test reads and answers by hand.
class Device {
public:
    Device(boost::asio::io_context& loop, const std::string& address)
        : socket_(loop, udp::endpoint{boost::asio::ip::make_address(address), 0})
    {
        socket_.set_option(boost::asio::socket_base::receive_buffer_size{1 << 20});
    }

    [[nodiscard]] PeerAddress address() const
    {
        const auto local = socket_.local_endpoint();
        return PeerAddress::parse(local.address().to_string(), local.port()).value();
    }

    udp::endpoint receive()
    {
        udp::endpoint from;
        text_.resize(65'536);
        text_.resize(socket_.receive_from(boost::asio::buffer(text_), from));
        return from;
    }

    [[nodiscard]] const std::string& text() const { return text_; }

    void send(const udp::endpoint& to, const std::string& text)
    {
        socket_.send_to(boost::asio::buffer(text), to);
    }

private:
    udp::socket socket_;
    std::string text_;
};

struct Received {
    PeerAddress from;
    std::string text;
};

// An exchange that writes down what it is told, on a loop that runs until that is enough.
struct Bench {
    boost::asio::io_context loop{1};
    UdpExchange exchange{loop.get_executor()};
    std::vector<Received> received;
    std::vector<PeerAddress> unreachable;

    Bench()
    {
        REQUIRE(exchange.open());
        exchange.start(
            [this](std::span<const InDatagram> batch) {
                for (const InDatagram& datagram : batch) {
                    std::string text(datagram.bytes.size(), '\0');
                    std::transform(
                        datagram.bytes.begin(),
                        datagram.bytes.end(),
                        text.begin(),
                        [](auto octet) { return std::to_integer<char>(octet); }
                    );
                    received.push_back({.from = datagram.from, .text = std::move(text)});
                }
            },
            [this](PeerAddress peer) { unreachable.push_back(peer); }
        );
    }

    void send(PeerAddress to, const std::string& text)
    {
        const std::array<OutDatagram, 1> one{{{to, std::as_bytes(std::span{text})}}};
        exchange.send(one);
    }

    template <class Condition>
    bool run_until(Condition condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 5s;
        while (!condition() && loop.run_one_until(deadline) > 0) {
        }
        return condition();
    }
};

PeerAddress closed_port(boost::asio::io_context& loop, const std::string& address)
{
    const Device gone{loop, address};
    return gone.address();
}

} // namespace

TEST_CASE("a batch of 200 datagrams goes out and comes back", "[io]")
{
    Bench bench;
    Device device{bench.loop, "127.0.0.1"};
    std::vector<std::string> texts;
    std::vector<OutDatagram> batch;
    texts.reserve(200);
    batch.reserve(200);
    for (int i = 0; i < 200; ++i)
        texts.push_back("request " + std::to_string(i));
    for (const std::string& text : texts)
        batch.push_back({device.address(), std::as_bytes(std::span{text})});

    bench.exchange.send(batch);
    for (int i = 0; i < 200; ++i) {
        const udp::endpoint from = device.receive();
        device.send(from, "reply to " + device.text());
    }

    REQUIRE(bench.run_until([&] { return bench.received.size() == 200; }));
    CHECK(bench.received.front().text == "reply to request 0");
    CHECK(bench.received.back().text == "reply to request 199");
    CHECK(bench.received.back().from == device.address());
    CHECK(bench.exchange.counts().sent == 200);
    CHECK(bench.exchange.counts().received == 200);
}

TEST_CASE("a reply of the largest size arrives whole", "[io]")
{
    Bench bench;
    Device device{bench.loop, "127.0.0.1"};
    bench.send(device.address(), "?");
    const udp::endpoint exchange = device.receive();
    const std::string large(65'507, 'x');

    device.send(exchange, large);
    device.send(exchange, "small");
    REQUIRE(bench.run_until([&] { return bench.received.size() == 2; }));
    device.send(exchange, large);
    REQUIRE(bench.run_until([&] { return bench.received.size() == 3; }));

    CHECK(bench.received[0].text == large);
    CHECK(bench.received[1].text == "small");
    CHECK(bench.received[2].text == large);
}

TEST_CASE("a reply from another address is seen to be one", "[io]")
{
    Bench bench;
    Device device{bench.loop, "127.0.0.1"};
    Device forger{bench.loop, "127.0.0.2"};
    bench.send(device.address(), "?");
    const udp::endpoint exchange = device.receive();

    forger.send(exchange, "forged");

    REQUIRE(bench.run_until([&] { return !bench.received.empty(); }));
    CHECK(bench.received[0].from == forger.address());
    CHECK(bench.received[0].from != device.address());
}

TEST_CASE("a closed port is reported with its address, others are not", "[io]")
{
    Bench bench;
    const PeerAddress closed = closed_port(bench.loop, "127.0.0.3");
    Device device{bench.loop, "127.0.0.1"};

    bench.send(closed, "?");
    bench.send(device.address(), "?"); // takes the pending error, and must go out all the same

    REQUIRE(bench.run_until([&] { return !bench.unreachable.empty(); }));
    CHECK(bench.unreachable == std::vector{closed});
    device.receive();
    CHECK(device.text() == "?");
    CHECK(bench.exchange.counts().sent == 2);
    CHECK(bench.exchange.counts().unreachable == 1);
}

TEST_CASE("many closed ports among living devices cost the living nothing", "[io]")
{
    Bench bench;
    const PeerAddress closed = closed_port(bench.loop, "127.0.0.3");
    Device device{bench.loop, "127.0.0.1"};
    const std::string text = "?";
    std::vector<OutDatagram> batch;
    for (int i = 0; i < 100; ++i) {
        batch.push_back({closed, std::as_bytes(std::span{text})});
        batch.push_back({device.address(), std::as_bytes(std::span{text})});
    }

    bench.exchange.send(batch);
    for (int i = 0; i < 100; ++i)
        device.send(device.receive(), "!");

    REQUIRE(bench.run_until([&] { return bench.received.size() == 100; }));
    REQUIRE(bench.run_until([&] { return !bench.unreachable.empty(); }));
    CHECK(
        std::count(bench.unreachable.begin(), bench.unreachable.end(), closed) ==
        static_cast<std::ptrdiff_t>(bench.unreachable.size())
    );
    CHECK(bench.exchange.counts().send_failed == 0);
}

TEST_CASE("a datagram that cannot be sent is counted and stops no other", "[io]")
{
    Bench bench;
    Device device{bench.loop, "127.0.0.1"};
    const std::string text = "?";
    const std::string too_large(65'530, 'x');
    const std::array<OutDatagram, 3> batch{{
        {device.address(), std::as_bytes(std::span{too_large})},
        {PeerAddress::v4({255, 255, 255, 255}, 161), std::as_bytes(std::span{text})},
        {device.address(), std::as_bytes(std::span{text})},
    }};

    bench.exchange.send(batch);

    device.receive();
    CHECK(device.text() == "?");
    CHECK(bench.exchange.counts().send_failed == 2);
    CHECK(bench.exchange.counts().sent == 1);
}

TEST_CASE("both families share an exchange", "[io]")
{
    Bench bench;
    Device four{bench.loop, "127.0.0.1"};
    Device six{bench.loop, "::1"};
    const std::string text = "?";
    const std::array<OutDatagram, 3> batch{{
        {four.address(), std::as_bytes(std::span{text})},
        {six.address(), std::as_bytes(std::span{text})},
        {four.address(), std::as_bytes(std::span{text})},
    }};

    bench.exchange.send(batch);
    four.send(four.receive(), "four");
    six.send(six.receive(), "six");
    four.send(four.receive(), "four");

    REQUIRE(bench.run_until([&] { return bench.received.size() == 3; }));
    CHECK(std::count_if(bench.received.begin(), bench.received.end(), [&](const Received& one) {
              return one.from == six.address() && one.text == "six";
          }) == 1);
}

TEST_CASE("with patience a datagram waits until someone looks", "[io]")
{
    Bench bench;
    Device device{bench.loop, "127.0.0.1"};
    bench.send(device.address(), "first");
    const udp::endpoint exchange = device.receive();

    bench.exchange.set_patient(true);
    device.send(exchange, "later");
    bench.loop.poll();
    CHECK(bench.received.empty());
    bench.exchange.drain();
    CHECK(bench.received.size() == 1);

    device.send(exchange, "still there");
    bench.exchange.set_patient(false);
    bench.loop.restart();
    REQUIRE(bench.run_until([&] { return bench.received.size() == 2; }));
    CHECK(bench.received.back().text == "still there");
}

TEST_CASE("an exchange may end inside its own callback", "[io]")
{
    boost::asio::io_context loop{1};
    UdpExchange exchange{loop.get_executor()};
    REQUIRE(exchange.open());
    int calls = 0;
    exchange.start(
        [&](std::span<const InDatagram>) {
            ++calls;
            exchange.close();
        },
        [](PeerAddress) {}
    );
    Device device{loop, "127.0.0.1"};
    const std::string text = "?";
    const std::array<OutDatagram, 1> one{{{device.address(), std::as_bytes(std::span{text})}}};
    exchange.send(one);
    const udp::endpoint from = device.receive();
    device.send(from, "1");
    device.send(from, "2");

    loop.run();

    CHECK(calls == 1);
}

} // namespace hallmonitor::agent::udp_exchange_test
