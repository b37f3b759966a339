#include "common/config/values.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace values_test {

using namespace hallmonitor;

TEST_CASE("a whole number is digits alone, without a leading zero", "[config]")
{
    CHECK(parse_whole("0") == 0U);
    CHECK(parse_whole("18446744073709551615") == 18'446'744'073'709'551'615U);
    CHECK_FALSE(parse_whole("18446744073709551616"));
    CHECK_FALSE(parse_whole("007"));
    CHECK_FALSE(parse_whole("+7"));
    CHECK_FALSE(parse_whole("-7"));
    CHECK_FALSE(parse_whole("7 "));
    CHECK_FALSE(parse_whole("0x7"));
    CHECK_FALSE(parse_whole(""));
}

TEST_CASE("decimals have at most three places and print back without needless ones", "[config]")
{
    CHECK(parse_thousandths("10") == 10'000);
    CHECK(parse_thousandths("0.5") == 500);
    CHECK(parse_thousandths("1.025") == 1'025);
    CHECK_FALSE(parse_thousandths("1.0255"));
    CHECK_FALSE(parse_thousandths("1."));
    CHECK_FALSE(parse_thousandths(".5"));
    CHECK_FALSE(parse_thousandths("1.-5"));
    CHECK_FALSE(parse_thousandths("1e3"));
    CHECK_FALSE(parse_thousandths("4294967296"));
    CHECK(thousandths_text(10'000) == "10");
    CHECK(thousandths_text(1'025) == "1.025");
    CHECK(thousandths_text(500) == "0.5");
    CHECK(thousandths_text(5) == "0.005");
}

TEST_CASE("octets may carry a binary unit", "[config]")
{
    CHECK(parse_byte_size("1000") == 1000U);
    CHECK(parse_byte_size("4KiB") == 4096U);
    CHECK(parse_byte_size("256 MiB") == 256U << 20);
    CHECK(parse_byte_size("16GiB") == 16ULL << 30);
    CHECK_FALSE(parse_byte_size("16GB"));
    CHECK_FALSE(parse_byte_size("MiB"));
    CHECK_FALSE(parse_byte_size("1  MiB"));
    CHECK_FALSE(parse_byte_size("17179869184GiB"));
    CHECK(byte_size_text(256U << 20) == "256MiB");
    CHECK(byte_size_text(1000) == "1000");
    CHECK(byte_size_text(0) == "0");
}

TEST_CASE("hosts are IP literals or names; digits and dots alone must be an address", "[config]")
{
    CHECK(is_host("10.1.2.3"));
    CHECK(is_host("2001:db8::1"));
    CHECK(is_host("fe80::1%eth0"));
    CHECK(is_host("sw-1.school.example"));
    CHECK(is_host("1st-floor"));
    CHECK_FALSE(is_host("10.1.2.300"));
    CHECK_FALSE(is_host("10.1.2"));
    CHECK_FALSE(is_host("10.1.2.3%eth0"));
    CHECK_FALSE(is_host("-sw.example"));
    CHECK_FALSE(is_host("sw..example"));
    CHECK_FALSE(is_host("sw 1"));
    CHECK_FALSE(is_host(std::string(64, 'a')));
    CHECK_FALSE(is_host(std::string{"10.0.0.1\0x", 10}));
    CHECK_FALSE(is_host(""));
}

TEST_CASE("an endpoint is a host with or without a port", "[config]")
{
    CHECK(parse_endpoint("sw", 161) == Endpoint{"sw", 161});
    CHECK(parse_endpoint("sw:1161", 161) == Endpoint{"sw", 1161});
    CHECK(parse_endpoint("2001:db8::1", 161) == Endpoint{"2001:db8::1", 161});
    CHECK(parse_endpoint("[2001:db8::1]:162", 161) == Endpoint{"2001:db8::1", 162});
    CHECK(parse_endpoint("[::]", 7443) == Endpoint{"::", 7443});
    CHECK_FALSE(parse_endpoint("[sw]:1", 161));
    CHECK_FALSE(parse_endpoint("[::", 161));
    CHECK_FALSE(parse_endpoint("[::]1", 161));
    CHECK_FALSE(parse_endpoint("sw:", 161));
    CHECK_FALSE(parse_endpoint("sw:65536", 161));
    CHECK_FALSE(parse_endpoint(":161", 161));
    CHECK(to_string(Endpoint{"::1", 80}) == "[::1]:80");
    CHECK(to_string(Endpoint{"sw", 80}) == "sw:80");
}

TEST_CASE("a relative file name lies beside the file that names it", "[config]")
{
    CHECK(beside("/etc/hallmonitor/agent.yaml", "ca.crt") == "/etc/hallmonitor/ca.crt");
    CHECK(beside("/etc/hallmonitor/agent.yaml", "../ca.crt") == "/etc/ca.crt");
    CHECK(beside("/etc/hallmonitor/agent.yaml", "/ca.crt") == "/ca.crt");
    CHECK(beside("agent.yaml", "ca.crt") == "ca.crt");
}

TEST_CASE("invalid UTF-8 is found where it begins", "[config]")
{
    CHECK_FALSE(invalid_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"));
    CHECK(invalid_utf8("a\xFF") == 1U);
    CHECK(invalid_utf8("\xC3") == 0U);
    CHECK(invalid_utf8("\xC0\x80") == 0U);
    CHECK(invalid_utf8("ab\xE0\x80\x80") == 2U);
    CHECK(invalid_utf8("\xED\xA0\x80") == 0U);
    CHECK(invalid_utf8("\xF4\x90\x80\x80") == 0U);
    CHECK(invalid_utf8("\xE2\x82z") == 0U);
}

TEST_CASE("texts in messages are printable and short", "[config]")
{
    CHECK(in_quotes("a") == "'a'");
    CHECK(in_quotes("\x1B[2J") == "'?[2J'");
    CHECK(
        in_quotes("\xC2\x9B") == "'?"
                                 "?'"
    );
    CHECK(in_quotes(std::string(70, 'x')) == "'" + std::string(64, 'x') + "...'");
    CHECK_FALSE(is_printable("\xC2\x85"));
    CHECK(is_printable("\xC2\xA0"));
}

TEST_CASE("the nearest known word is named only when it is near", "[config]")
{
    const std::array<std::string_view, 3> known{"address", "name", "ping"};

    CHECK(nearest("adress", known) == "address");
    CHECK(nearest("nmae", known) == "name");
    CHECK(nearest("community", known).empty());
    CHECK(nearest(std::string(100, 'a'), known).empty());
}

} // namespace values_test
