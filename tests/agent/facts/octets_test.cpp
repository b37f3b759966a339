#include "agent/facts/octets.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace octets_test {

using namespace hallmonitor::agent;
using namespace std::string_literals;

TEST_CASE("MAC addresses come as octets or in one of three spellings", "[facts]")
{
    CHECK(mac_text("\x00\x1b\x2c\x3d\x4e\x5f"s) == "00:1b:2c:3d:4e:5f");
    CHECK(mac_text("00-1B-2C-3D-4E-5F") == "00:1b:2c:3d:4e:5f");
    CHECK(mac_text("001b.2c3d.4e5f") == "00:1b:2c:3d:4e:5f");
    CHECK(mac_text("74:86:e2:0a:0c:04\r") == "74:86:e2:0a:0c:04");
    CHECK(mac_text("0") == "30");
    CHECK(mac_text("\x10\x00\x00\x1b\x2c\x3d\x4e\x5f"s) == "10:00:00:1b:2c:3d:4e:5f");
    CHECK(mac_text("") == "");
}

TEST_CASE("addresses of four or sixteen octets, with their family or without", "[facts]")
{
    CHECK(address_text("\x0a\x00\x00\x01"s) == "10.0.0.1");
    CHECK(address_text("\x01\x0a\x00\x00\x01"s) == "10.0.0.1");
    CHECK(
        address_text("\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"s) ==
        "fe80::1"
    );
    CHECK(address_text("192.168.100.200") == "192.168.100.200");
}

TEST_CASE("text is sanitized, and blanks alone are none", "[facts]")
{
    CHECK(
        plain_text("a\x01"
                   "b\n") == "ab"
    );
    CHECK(plain_text("  ") == "");
    CHECK(is_clean_text("Gi1/0/1\0"s));
    CHECK(is_clean_text("B\xfcro 2"));
    CHECK(is_clean_text("caf\xc3\xa9"));
    CHECK_FALSE(is_clean_text("\x00\x1b\x2c"s));
    CHECK_FALSE(is_clean_text("\xc4\xc6\x03\x88\x38\x60"));
    CHECK_FALSE(is_clean_text("\xf4\xd9\xfb\x41\x42\x43"));
}

} // namespace octets_test
