// The profiles that are built in.

#include "agent/facts/built_in_profiles.hpp"

#include <catch2/catch.hpp>

using namespace hallmonitor;
using namespace hallmonitor::agent;

TEST_CASE("every built-in profile is sound", "[facts]")
{
    const auto loaded = Catalogue::read(built_in_profiles());
    for (const ConfigError& error : loaded.errors)
        CHECK(to_string(error) == "");
    REQUIRE(loaded.config.has_value());
    CHECK((*loaded.config)->find("standard") != nullptr);
}
