#include "common/model/pattern.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace pattern_test {

using hallmonitor::matches;

TEST_CASE("patterns match as in a shell", "[model]")
{
    CHECK(matches("uplink*", "uplink to core"));
    CHECK(matches("*uplink*", "the uplink"));
    CHECK(matches("Gi1/0/?", "Gi1/0/7"));
    CHECK(!matches("Gi1/0/?", "Gi1/0/17"));
    CHECK(!matches("uplink", "Uplink"));
    CHECK(matches("*", ""));
    CHECK(matches("", ""));
    CHECK(!matches("", "a"));
    CHECK(matches("a*b*c", "a-b-b-c"));
    CHECK(!matches("a*b*c", "a-b-b"));
}

TEST_CASE("a hostile pattern costs no more than its length times the text's", "[model]")
{
    std::string pattern;
    for (int stars = 0; stars < 100; ++stars)
        pattern += "*a";

    CHECK(!matches(pattern + "b", std::string(2'000, 'a')));
}

} // namespace pattern_test
