// Over loopback, because what is tested is what a peer sees: deadlines, caps, framing.

#include "collector/io/http_server.hpp"
#include "common/io/deadline.hpp"
#include "tests/io/http_client.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>
#include <vector>
#include <zlib.h>

namespace http_server_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;
using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;

namespace {

constexpr std::size_t big_pieces = 20;

/// /big is a page of pieces, /broken fails, /stuck takes for ever, all else is told back.
Task<HttpResponse> handler(HttpRequest request)
{
    HttpResponse response;
    if (request.path == "/broken") throw std::runtime_error{"by design"};
    if (request.path == "/stuck") co_await sleep_for(1h);
    if (request.path != "/big") {
        response.body = "you asked " + request.path + "\n";
        co_return response;
    }
    response.body = "first\n";
    response.pieces = [count = std::size_t{0}](std::string& into) mutable {
        if (count == big_pieces) return false;
        into.append(page_piece_bytes, static_cast<char>('a' + count++));
        return true;
    };
    co_return response;
}

std::string big_body()
{
    std::string body = "first\n";
    for (std::size_t i = 0; i < big_pieces; ++i)
        body.append(page_piece_bytes, static_cast<char>('a' + i));
    return body;
}

std::string ask(const Served& served, std::string_view request)
{
    Client client{served.port()};
    client.send(request);
    return client.read_all();
}

struct Fixture {
    explicit Fixture(HttpLimits limits = {}) : served(handler, limits) { served.start(); }
    Served served;
};

constexpr auto closing = "Connection: close\r\n";

std::string gunzipped(const std::string& data)
{
    std::string out(64 << 20, '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
    std::string input = data;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int code = inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return code == Z_STREAM_END ? out : std::string{"no gzip member"};
}

} // namespace

TEST_CASE("an answer carries its length and the fields that keep browsers tame", "[http]")
{
    const Fixture fixture;

    const auto answer = ask(fixture.served, get("/a%20b?x=1", closing));

    CHECK_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(answer, Contains("\r\nContent-Length: 15\r\n"));
    CHECK_THAT(answer, Contains("\r\nX-Content-Type-Options: nosniff\r\n"));
    CHECK_THAT(answer, Contains("\r\nContent-Security-Policy: default-src 'none'"));
    CHECK_THAT(answer, Contains("\r\nCache-Control: no-store\r\n"));
    CHECK(body_of(answer) == "you asked /a b\n");
}

TEST_CASE("requests sent at once are answered in their order on one connection", "[http]")
{
    const Fixture fixture;

    const auto answer =
        ask(fixture.served, get("/one") + get("/two") + get("/three", closing) + get("/never"));

    const auto one = answer.find("you asked /one");
    const auto two = answer.find("you asked /two");
    const auto three = answer.find("you asked /three");
    CHECK(one < two);
    CHECK(two < three);
    CHECK(three != std::string::npos);
    CHECK(answer.find("/never") == std::string::npos);
}

TEST_CASE("HEAD gives the fields of GET and no body", "[http]")
{
    const Fixture fixture;

    const auto answer =
        ask(fixture.served, "HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

    CHECK_THAT(answer, Contains("\r\nContent-Length: 13\r\n"));
    CHECK(body_of(answer).empty());
}

TEST_CASE("what is no sound request is told so and the connection ends", "[http]")
{
    const Fixture fixture;
    const auto status_of = [&](std::string_view request) {
        return ask(fixture.served, request).substr(0, 12);
    };
    const std::string long_path = "/" + std::string(3'000, 'a');
    const std::string endless_path = "/" + std::string(9'000, 'a');
    const std::string field = "X: " + std::string(9'000, 'a') + "\r\n";

    CHECK(status_of("nonsense\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status_of("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status_of(get("/%zz")) == "HTTP/1.1 400");
    CHECK(status_of(get("/%00")) == "HTTP/1.1 400");
    CHECK(
        status_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc") == "HTTP/1.1 405"
    );
    CHECK(status_of("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n") == "HTTP/1.1 405");
    CHECK(status_of(get("/", "Content-Length: 5\r\n") + "hello") == "HTTP/1.1 413");
    CHECK(status_of(get("/", "Transfer-Encoding: chunked\r\n")) == "HTTP/1.1 413");
    CHECK(status_of(get(long_path)) == "HTTP/1.1 414");
    CHECK(status_of(get(endless_path)) == "HTTP/1.1 414");
    CHECK(status_of(get("/", field)) == "HTTP/1.1 431");
}

TEST_CASE("lengths that contradict each other are refused, not guessed", "[http]")
{
    const Fixture fixture;

    const auto answer =
        ask(fixture.served,
            get("/", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" +
                get("/b"));

    CHECK_THAT(answer, StartsWith("HTTP/1.1 4"));
    CHECK(answer.find("you asked") == std::string::npos);
}

TEST_CASE("a page of pieces comes whole, in chunks", "[http]")
{
    const Fixture fixture;

    const auto answer = ask(fixture.served, get("/big", closing));

    CHECK_THAT(answer, Contains("\r\nTransfer-Encoding: chunked\r\n"));
    CHECK(dechunked(body_of(answer)) == big_body());
}

TEST_CASE("to HTTP/1.0 a page of pieces ends with the connection", "[http]")
{
    const Fixture fixture;

    const auto answer = ask(fixture.served, "GET /big HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

    CHECK_THAT(answer, Contains("\r\nConnection: close\r\n"));
    CHECK(body_of(answer) == big_body());
}

TEST_CASE("gzip is spoken when it is asked for and worth it", "[http]")
{
    HttpLimits limits;
    limits.compresses_locally = true;
    const Fixture fixture{limits};
    const std::string wish = std::string{closing} + "Accept-Encoding: deflate, gzip;q=0.5\r\n";

    const auto big = ask(fixture.served, get("/big", wish));
    const auto small = ask(fixture.served, get("/small", wish));

    CHECK_THAT(big, Contains("\r\nContent-Encoding: gzip\r\n"));
    CHECK(gunzipped(dechunked(body_of(big))) == big_body());
    CHECK(small.find("Content-Encoding") == std::string::npos);
}

TEST_CASE("on the same machine nothing is compressed", "[http]")
{
    const Fixture fixture;

    const auto answer =
        ask(fixture.served, get("/big", std::string{closing} + "Accept-Encoding: gzip\r\n"));

    CHECK(answer.find("Content-Encoding") == std::string::npos);
}

TEST_CASE("a head that trickles in is given up at its deadline", "[http]")
{
    HttpLimits limits;
    limits.header = 200ms;
    const Fixture fixture{limits};

    CHECK_THAT(ask(fixture.served, "GET / HTTP/1.1\r\nHost:"), StartsWith("HTTP/1.1 408"));
    CHECK(ask(fixture.served, "").empty());
}

TEST_CASE("an idle connection is closed after its time", "[http]")
{
    HttpLimits limits;
    limits.idle = 100ms;
    const Fixture fixture{limits};

    CHECK_THAT(ask(fixture.served, get("/x")), EndsWith("you asked /x\n"));
}

TEST_CASE("a reader that takes nothing loses its connection", "[http]")
{
    HttpLimits limits;
    limits.piece = 200ms;
    limits.idle = 100ms;
    const Fixture fixture{limits};
    Client client{fixture.served.port()};

    client.send(get("/big") + get("/big") + get("/big"));
    std::this_thread::sleep_for(600ms);

    CHECK(client.read_all().size() < 3 * big_body().size());
}

TEST_CASE("a handler that fails or never ends is answered for", "[http]")
{
    HttpLimits limits;
    limits.handler = 100ms;
    const Fixture fixture{limits};

    CHECK_THAT(ask(fixture.served, get("/broken", closing)), StartsWith("HTTP/1.1 500"));
    CHECK_THAT(ask(fixture.served, get("/stuck", closing)), StartsWith("HTTP/1.1 503"));
    CHECK_THAT(ask(fixture.served, get("/x", closing)), StartsWith("HTTP/1.1 200"));
}

TEST_CASE("connections over the limit of an address are refused, others served", "[http]")
{
    HttpLimits limits;
    limits.connections_per_address = 2;
    const Fixture fixture{limits};
    auto first = std::make_unique<Client>(fixture.served.port());
    const Client second{fixture.served.port()};
    first->send(get("/one"));
    CHECK_THAT(first->read_until("/one\n"), StartsWith("HTTP/1.1 200"));

    Client third{fixture.served.port()};

    CHECK_THAT(third.read_all(), StartsWith("HTTP/1.1 503"));
    first.reset();
    std::string later;
    for (int attempt = 0; attempt < 100 && !Catch::startsWith(later, "HTTP/1.1 200"); ++attempt)
        later = ask(fixture.served, get("/later", closing));
    CHECK_THAT(later, StartsWith("HTTP/1.1 200"));
}

TEST_CASE("a thousand silent connections do not keep a scraper waiting", "[http]")
{
    HttpLimits limits;
    limits.connections_per_address = 2'000;
    const Fixture fixture{limits};
    std::vector<std::unique_ptr<Client>> silent;
    for (int i = 0; i < 900; ++i) {
        silent.push_back(std::make_unique<Client>(fixture.served.port()));
        silent.back()->send("GET /metrics HT");
    }

    const auto begun = std::chrono::steady_clock::now();
    const auto answer = ask(fixture.served, get("/metrics", closing));

    CHECK_THAT(answer, StartsWith("HTTP/1.1 200"));
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
}

} // namespace http_server_test
