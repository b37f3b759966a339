#include "common/config/strict_yaml.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace strict_yaml_test {

using namespace hallmonitor;
using namespace std::chrono_literals;

namespace {

/// A parsed text with the section of its root.
struct Fixture {
    explicit Fixture(std::string_view text) : root(parse_yaml(text, errors).value()) {}

    std::string faults()
    {
        section.finish();
        std::string lines;
        for (const auto& error : std::move(errors).take()) {
            lines += to_string(error) + '\n';
        }
        return lines;
    }

    ConfigErrors errors{"f"};
    YamlValue root;
    Section section{root, errors};
};

} // namespace

TEST_CASE("a section that is read wholly has no faults", "[config]")
{
    Fixture given{"name: x\nport: 162\nping: true\ninterval_seconds: 1.5\nshare_ratio: 0.25\n"
                  "size: 1KiB\nlist: [a, b]\nat: h:5\nwait_milliseconds: 20\nkeep_days: 3\n"};
    std::string name;
    std::uint16_t port = 161;
    bool ping = false;
    std::chrono::milliseconds interval{0}, wait{0}, keep{0};
    double share = 0;
    std::uint64_t size = 0;
    std::vector<std::string> list{"default"};
    Endpoint at{.host = "", .port = 4};

    CHECK(given.section.text("name", name));
    CHECK(given.section.whole<std::uint16_t>("port", port, {1, 65'535}));
    CHECK(given.section.boolean("ping", ping));
    CHECK(given.section.duration("interval_seconds", interval, {1s, 2s}));
    CHECK(given.section.ratio("share_ratio", share));
    CHECK(given.section.byte_size("size", size, {1, 2048}));
    CHECK(given.section.text_list("list", list));
    CHECK(given.section.endpoint("at", at));
    CHECK(given.section.duration("wait_milliseconds", wait, {1ms, 1s}));
    CHECK(given.section.duration("keep_days", keep, {24h, 240h}));

    CHECK(given.faults().empty());
    CHECK(name == "x");
    CHECK(port == 162);
    CHECK(ping);
    CHECK(interval == 1500ms);
    CHECK(share == 0.25);
    CHECK(size == 1024);
    CHECK(list == std::vector<std::string>{"a", "b"});
    CHECK(at == Endpoint{"h", 5});
    CHECK(wait == 20ms);
    CHECK(keep == 72h);
}

TEST_CASE("an absent key leaves its default", "[config]")
{
    Fixture given{"a: 1\n"};
    unsigned b = 7;

    CHECK_FALSE(given.section.whole<unsigned>("b", b, {0, 9}));

    CHECK(b == 7);
    CHECK(given.faults() == "f:1:1: unknown key 'a'; known here: b\n");
}

TEST_CASE("an unknown key is an error that names the nearest known one", "[config]")
{
    Fixture given{"adress: 1\ncolour: red\n"};
    given.section.find("address");
    given.section.find("name");

    CHECK(
        given.faults() == "f:1:1: unknown key 'adress'; did you mean 'address'?\n"
                          "f:2:1: unknown key 'colour'; known here: address, name\n"
    );
}

TEST_CASE("a missing key is told with its remedy", "[config]")
{
    Fixture given{"a: 1\n"};
    given.section.find("a");

    given.section.require("ca_file", "write the file's name");

    CHECK(given.faults() == "f:1:1: the key 'ca_file' is missing; write the file's name\n");
}

TEST_CASE("booleans are true and false alone", "[config]")
{
    Fixture given{"a: yes\nb: 'true'\nc: 1\nd: [true]\ne:\n"};
    bool value = false;
    for (const auto* key : {"a", "b", "c", "d", "e"}) {
        CHECK_FALSE(given.section.boolean(key, value));
    }

    CHECK(
        given.faults() == "f:1:4: 'a' must be true or false, not 'yes'\n"
                          "f:2:4: 'b' must be true or false, not 'true'\n"
                          "f:3:4: 'c' must be true or false, not '1'\n"
                          "f:4:4: 'd' must be true or false, not a list\n"
                          "f:5:1: 'e' must be true or false, not nothing\n"
    );
}

TEST_CASE("numbers outside their range are told with the range", "[config]")
{
    Fixture given{"port: 70000\nwait_milliseconds: 0.5\ninterval_seconds: 0.4\nkeep_days: 1.5\n"};
    std::uint16_t port = 1;
    std::chrono::milliseconds value{0};

    given.section.whole<std::uint16_t>("port", port, {1, 65'535});
    given.section.duration("wait_milliseconds", value, {1ms, 1s});
    given.section.duration("interval_seconds", value, {500ms, 1h});
    given.section.duration("keep_days", value, {24h, 48h});

    CHECK(
        given.faults() ==
        "f:1:7: 'port' must be a whole number from 1 to 65535, not '70000'\n"
        "f:2:20: 'wait_milliseconds' must be a whole number from 1 to 1000, not '0.5'\n"
        "f:3:19: 'interval_seconds' must be a number from 0.5 to 3600, not '0.4'\n"
        "f:4:12: 'keep_days' must be a whole number from 1 to 2, not '1.5'\n"
    );
}

TEST_CASE("texts must be there, printable and of bounded length", "[config]")
{
    Fixture given{"a: ''\nb: \"\\x1b\"\nc: [x]\nd: " + std::string(4097, 'x') + "\ne: [a, [b]]\n"};
    std::string text = "kept";
    std::vector<std::string> list{"kept"};
    for (const auto* key : {"a", "b", "c", "d"}) {
        CHECK_FALSE(given.section.text(key, text));
    }
    CHECK_FALSE(given.section.text_list("e", list));

    CHECK(text == "kept");
    CHECK(list.front() == "kept");
    CHECK(
        given.faults() == "f:1:4: 'a' must not be empty\n"
                          "f:2:4: 'b' holds a control character\n"
                          "f:3:4: 'c' must be text, not a list\n"
                          "f:4:4: 'd' is longer than 4096 bytes\n"
                          "f:5:8: 'e' must be text, not a list\n"
    );
}

TEST_CASE("choices, sizes, ratios, endpoints and sections say what they expect", "[config]")
{
    Fixture given{"a: loud\nb: 1MB\nc: 1.5\nd: 'h h'\ne: 1\n"};
    static constexpr std::array<std::string_view, 2> levels{"info", "error"};
    std::string text;
    std::uint64_t size = 0;
    double share = 0;
    Endpoint at;

    given.section.choice("a", text, levels);
    given.section.byte_size("b", size, {1, 2});
    given.section.ratio("c", share);
    given.section.endpoint("d", at);
    CHECK_FALSE(given.section.section("e"));

    CHECK(
        given.faults() ==
        "f:1:4: 'a' must be one of info, error, not 'loud'\n"
        "f:2:4: 'b' must be octets from 1 to 2, such as 256MiB, not '1MB'\n"
        "f:3:4: 'c' must be a number from 0 to 1 with at most three decimals, not '1.5'\n"
        "f:4:4: 'd' must be a host or host:port (an IPv6 address in brackets), not 'h h'\n"
        "f:5:4: 'e' must be a mapping, not '1'\n"
    );
}

} // namespace strict_yaml_test
