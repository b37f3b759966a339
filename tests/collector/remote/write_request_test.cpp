#include "collector/remote/write_request.hpp"
#include "tests/collector/remote/read_request.hpp"

#include <catch2/catch.hpp>

#include <snappy.h>

namespace write_request_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::remote;
using namespace hallmonitor::collector::remote::test;

namespace {

constexpr WallTime at{std::chrono::milliseconds{1'700'000'000'123}};

RequestWriter writer_of(std::string_view family, std::string_view labels)
{
    RequestWriter writer;
    writer.begin(family);
    writer.set_labels(labels);
    writer.set_moment(at);
    return writer;
}

std::string hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

} // namespace

TEST_CASE("a request is the octets that Prometheus' own definition encodes", "[remote]")
{
    // What protoc 3.21 makes of
    //   timeseries {
    //     labels {name: "__name__" value: "m"} labels {name: "cast" value: "x"}
    //     labels {name: "site" value: "a"}
    //     samples {value: 1.5 timestamp: 1700000000123}
    //   }
    const std::string expected = "0a37"
                                 "0a0d0a085f5f6e616d655f5f12016d"
                                 "0a090a0463617374120178"
                                 "0a090a0473697465120161"
                                 "121009000000000000f83f10fbd095ffbc31";
    auto writer = writer_of("m", R"(site="a")");
    writer.put(R"(cast="x")", 1.5);

    const auto bodies = writer.take();

    REQUIRE(bodies.size() == 1);
    std::string message;
    REQUIRE(snappy::Uncompress(bodies[0].compressed.data(), bodies[0].compressed.size(), &message));
    CHECK(hex(message) == expected);
}

TEST_CASE("labels are sorted by name, unescaped, and none when they are empty", "[remote]")
{
    auto writer = writer_of("m", R"(site="lincoln",device="sw \"1\"",empty="")");

    writer.put(R"(alias="a\\b",zone="z")", std::uint64_t{7});

    const auto samples = read_all(writer);
    REQUIRE(samples.size() == 1);
    CHECK(samples[0].series == R"(m{alias="a\b",device="sw "1"",site="lincoln",zone="z"})");
    CHECK(samples[0].at_ms == at.since_epoch.count());
    CHECK(samples[0].value == 7);
}

TEST_CASE("samples beyond a full request begin the next one", "[remote]")
{
    auto writer = writer_of("m", R"(site="a")");
    std::size_t put = 0;

    while (!writer.has_full()) {
        writer.put(static_cast<double>(put));
        ++put;
    }
    writer.put(0.5);

    const auto bodies = writer.take();
    REQUIRE(bodies.size() == 2);
    CHECK(bodies[0].samples == put);
    CHECK(bodies[1].samples == 1);
    CHECK(writer.take().empty());
}

TEST_CASE("a body is halved between samples, down to one", "[remote]")
{
    auto writer = writer_of("m", R"(site="a")");
    for (const double value : {1.0, 2.0, 3.0})
        writer.put(value);
    const auto body = writer.take().at(0);

    const auto pieces = halves(body);

    REQUIRE(pieces);
    auto both = read_body(pieces->first);
    CHECK(both.size() == 1);
    for (const auto& sample : read_body(pieces->second))
        both.push_back(sample);
    CHECK(both == read_body(body));
    CHECK_FALSE(halves(pieces->first));
}

} // namespace write_request_test
