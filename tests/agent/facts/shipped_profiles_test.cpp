// The profiles that are built in.

#include "agent/facts/built_in_profiles.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace hallmonitor;
using namespace hallmonitor::agent;

TEST_CASE("every built-in profile is sound", "[facts]")
{
    const auto built_in = built_in_profiles();
    std::vector<ProfileText> texts{built_in.begin(), built_in.end()};
    for (ProfileText& text : texts)
        text.is_built_in = false; // those that are, are believed
    const auto loaded = Catalogue::read(texts);
    for (const ConfigError& error : loaded.errors)
        CHECK(to_string(error) == "");
    REQUIRE(loaded.config.has_value());
    CHECK((*loaded.config)->find("standard") != nullptr);
}
