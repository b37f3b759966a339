#include "common/model/sensor_kinds.hpp"

#include <catch2/catch.hpp>

namespace sensor_kinds_test {

using namespace hallmonitor;

TEST_CASE("each kind of sensor has its unit and what it may measure", "[model]")
{
    CHECK(unit_of_kind("temperature") == "celsius");
    CHECK(unit_of_kind("optical_power") == "dbm");
    CHECK(unit_of_kind("battery").empty());
    CHECK(unit_of_kind("no such kind").empty());

    CHECK(is_plausible("temperature", -273.15));
    CHECK(is_plausible("temperature", 1000));
    CHECK_FALSE(is_plausible("temperature", 9999));
    CHECK_FALSE(is_plausible("temperature", -999));
    CHECK(is_plausible("optical_power", -40));
    CHECK_FALSE(is_plausible("optical_power", -214748.3648));
    CHECK(is_plausible("voltage", -48));
    CHECK_FALSE(is_plausible("voltage", 2147483));
    CHECK_FALSE(is_plausible("fan", -1));
    CHECK(is_plausible("other", 1e300));
}

TEST_CASE("the ends of 16 and 32 bits are no readings", "[model]")
{
    for (const double end : {32767.0, -32768.0, 65535.0, 2147483647.0, -2147483648.0, 4294967295.0})
        CHECK(is_sentinel(end));
    for (const double reading : {0.0, -1.0, 255.0, 32766.0, 65534.0, 65535.5, 2147483646.0})
        CHECK_FALSE(is_sentinel(reading));
}

} // namespace sensor_kinds_test
