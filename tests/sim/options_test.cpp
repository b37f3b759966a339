#include "tests/sim/options.hpp"

#include <catch2/catch.hpp>

namespace options_test {

using namespace hallmonitor::sim;

namespace {

std::variant<Options, std::string> parse(const std::vector<const char*>& arguments)
{
    return parse_options(arguments);
}

} // namespace

TEST_CASE("groups of switches and of recordings stand side by side", "[sim]")
{
    const auto options = std::get<Options>(parse({"--seed",      "7",
                                                  "--control",   "/s",
                                                  "--schedule",  "/t",
                                                  "--chaos",     "9",
                                                  "--listen",    "127.0.0.1:1161",
                                                  "--devices",   "60",
                                                  "--base",      "127.10.0.1",
                                                  "--ports",     "24",
                                                  "--kind",      "core",
                                                  "--recording", "a.snmprec",
                                                  "--listen",    "127.20.0.1:1161",
                                                  "--listen",    "127.30.0.1:1162",
                                                  "--large"}));

    CHECK(options.seed == 7);
    CHECK(options.control == "/s");
    CHECK(options.schedule == "/t");
    CHECK(options.chaos == 9U);
    CHECK(options.reply_limit == largest_reply);
    REQUIRE(options.groups.size() == 3);
    CHECK(options.groups[0].first == Address{0x7F0A0001, 1161});
    CHECK(options.groups[0].devices == 60);
    CHECK(options.groups[0].ports == 24);
    CHECK(options.groups[0].kind == find_kind("core"));
    CHECK(options.groups[2].kind == find_kind("switch"));
    CHECK(options.groups[1].recording_name == "a.snmprec");
    CHECK(options.groups[1].first == Address{0x7F140001, 1161});
    CHECK(options.groups[2].first == Address{0x7F1E0001, 1162});
    CHECK(options.groups[2].recording_name.empty());
}

TEST_CASE("wrong usage is told", "[sim]")
{
    CHECK(std::get<std::string>(parse({})) == "no group of devices: give --listen");
    CHECK(std::get<std::string>(parse({"--listen"})) == "--listen lacks its value, or is unknown");
    CHECK(std::get<std::string>(parse({"--listen", "x:1"})) == "cannot use --listen x:1");
    CHECK(std::get<std::string>(parse({"--devices", "3"})) == "cannot use --devices 3");
    CHECK(
        std::get<std::string>(parse({"--listen", "127.0.0.1:1", "--kind", "toaster"})) ==
        "cannot use --kind toaster"
    );
    CHECK(
        std::get<std::string>(
            parse({"--listen", "127.0.0.1:1", "--devices", "9", "--listen", "127.0.0.9:1"})
        ) == "two devices at one address: 127.0.0.9:1"
    );
    CHECK(std::get<std::string>(parse({"--fly", "3"})) == "cannot use --fly 3");
    CHECK(
        std::get<std::string>(parse({"--recording", "a"})) ==
        "a recording without --listen behind it"
    );
}

} // namespace options_test
