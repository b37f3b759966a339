#include "tests/proxy/options.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace proxy_options_test {

using namespace hallmonitor::proxy;
using hallmonitor::sim::Address;

namespace {

std::string fault_of(const std::vector<const char*>& arguments)
{
    return std::get<std::string>(parse_options(arguments));
}

} // namespace

TEST_CASE("the proxy's options are read", "[proxy]")
{
    const std::vector<const char*> arguments{
        "--listen",
        "127.0.0.1:0",
        "--to",
        "127.0.0.2:7443",
        "--control",
        "/s",
        "--seed",
        "7",
        "--schedule",
        "2000"};
    const auto options = std::get<Options>(parse_options(arguments));

    CHECK(options.listen == Address{0x7F000001, 0});
    CHECK(options.to == Address{0x7F000002, 7443});
    CHECK(options.control == "/s");
    CHECK(options.seed == 7);
    CHECK(options.period_ms == 2'000);
}

TEST_CASE("wrong usage of the proxy is told", "[proxy]")
{
    CHECK(fault_of({}) == "where? give --listen");
    CHECK(fault_of({"--listen"}) == "--listen lacks its value, or is unknown");
    CHECK(fault_of({"--listen", "127.0.0.1:0"}) == "whereto? give --to with a port");
    CHECK(
        fault_of({"--listen", "127.0.0.1:0", "--to", "127.0.0.1:0"}) ==
        "whereto? give --to with a port"
    );
    CHECK(fault_of({"--listen", "localhost:1"}) == "cannot use --listen localhost:1");
    CHECK(fault_of({"--schedule", "0"}) == "cannot use --schedule 0");
    CHECK(fault_of({"--fly", "1"}) == "cannot use --fly 1");
}

} // namespace proxy_options_test
