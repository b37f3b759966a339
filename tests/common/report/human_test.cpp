#include "common/report/human.hpp"

#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

namespace human_test {

using namespace hallmonitor;
namespace json = boost::json;

TEST_CASE("rates have the unit that keeps them short", "[report]")
{
    CHECK(human_rate(nullptr) == "-");
    CHECK(human_rate(0) == "0 bit/s");
    CHECK(human_rate(999) == "999 bit/s");
    CHECK(human_rate(1'000'000'000) == "1 Gbit/s");
    CHECK(human_rate(12'345'678.0) == "12.3 Mbit/s");
    CHECK(human_rate(1'234'567.0) == "1.23 Mbit/s");
    CHECK(human_rate(999'960.0) == "1.00 Mbit/s");
}

TEST_CASE("octets and latencies have the unit that keeps them short", "[report]")
{
    CHECK(human_bytes(nullptr) == "-");
    CHECK(human_bytes(999) == "999 B");
    CHECK(human_bytes(1'520'000'000) == "1.52 GB");
    CHECK(human_latency(0.000'214) == "0.21 ms");
    CHECK(human_latency(0.0123) == "12.3 ms");
    CHECK(human_latency(1.524) == "1.52 s");
}

TEST_CASE("durations have two parts, rounded before they are split", "[report]")
{
    CHECK(human_duration(0.0) == "0.0 s");
    CHECK(human_duration(9.5) == "9.5 s");
    CHECK(human_duration(59.7) == "1 min 0 s");
    CHECK(human_duration(250.0) == "4 min 10 s");
    CHECK(human_duration(3'599.9) == "1 h 0 min");
    CHECK(human_duration(86'399.0) == "1 d 0 h");
    CHECK(human_duration(183'600.0) == "2 d 3 h");
    CHECK(human_duration(-3.0) == "0.0 s");
}

TEST_CASE("a percentage is never rounded to all or to nothing", "[report]")
{
    CHECK(human_percent(1, 3) == "100.000 %");
    CHECK(human_percent(0, 1) == "0.0 %");
    CHECK(human_percent(0.9999999, 3) == "99.999 %");
    CHECK(human_percent(0.0000001, 1) == "0.1 %");
    CHECK(human_percent(1.234, 1) == "123.4 %");
    CHECK(human_percent(nullptr, 1) == "-");
}

TEST_CASE("what a document lacks is a dash, not an accident", "[report]")
{
    const json::value empty = json::object{};

    CHECK(field(empty, "x").is_null());
    CHECK(field(json::value(3), "x").is_null());
    CHECK(text_of(field(empty, "x")) == "-");
    CHECK_FALSE(number_of(field(empty, "x")));
    CHECK(rows_of(empty, "x").empty());
}

} // namespace human_test
