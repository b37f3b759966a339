#include "agent/facts/recording.hpp"
#include "agent/facts/walk_text.hpp"

#include <catch2/catch.hpp>

namespace walk_text_test {

using namespace hallmonitor::agent;

TEST_CASE("a walk of every type is the recording of the same device", "[facts]")
{
    const std::string walk = ".1.3.6.1.2.1.1.1.0 = Hex-STRING: 41 63 6D \n"
                             "65 20 \n"
                             "53 38 \n"
                             ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.2\n"
                             ".1.3.6.1.2.1.1.3.0 = 300359400\n"
                             ".1.3.6.1.2.1.1.4.0 = \"\"\n"
                             ".1.3.6.1.2.1.1.5.0 = STRING: \"a \\\"b\\\"\"\n"
                             ".1.3.6.1.2.1.1.7.0 = INTEGER: -72\r\n"
                             ".1.3.6.1.9.1 = Counter32: 5\n"
                             ".1.3.6.1.9.2 = Gauge32: 6\n"
                             ".1.3.6.1.9.3 = Counter64: 18446744073709551615\n"
                             ".1.3.6.1.9.4 = IpAddress: 10.0.0.1\n"
                             ".1.3.6.1.9.5 = BITS: 80 \n"
                             ".1.3.6.1.9.6 = No more variables left in this MIB View\n";

    REQUIRE(is_walk(walk));
    const std::string recording = recording_of_walk(walk);

    CHECK(
        recording == "1.3.6.1.2.1.1.1.0|4x|41636D65205338\n#\n#\n"
                     "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.2\n"
                     "1.3.6.1.2.1.1.3.0|67|300359400\n"
                     "1.3.6.1.2.1.1.4.0|4|\n"
                     "1.3.6.1.2.1.1.5.0|4|a \"b\"\n"
                     "1.3.6.1.2.1.1.7.0|2|-72\n"
                     "1.3.6.1.9.1|65|5\n"
                     "1.3.6.1.9.2|66|6\n"
                     "1.3.6.1.9.3|70|18446744073709551615\n"
                     "1.3.6.1.9.4|64|10.0.0.1\n"
                     "1.3.6.1.9.5|4x|80\n#\n"
    );
    CHECK(read_recording(recording).problems.empty());
    CHECK(
        text_of(value_at(read_recording(recording), Oid{1, 3, 6, 1, 2, 1, 1, 1, 0})) == "Acme S8"
    );
}

TEST_CASE("what a walk has beside values is told by its own line", "[facts]")
{
    const auto recording = read_recording(recording_of_walk(".1.3.6.1.9.1 = Hex-STRING: 41 \n"
                                                            "Timeout: No Response\n"
                                                            "42 \n"
                                                            ".1.3.6.1.9.2 = Opaque: ?\n"
                                                            ".1.3.6.1.9.3 = INTEGER: 1\n"));

    CHECK(recording.objects.size() == 2);
    REQUIRE(recording.problems.size() == 3);
    CHECK(recording.problems[0].starts_with("line 2 "));
    CHECK(recording.problems[1].starts_with("line 3 "));
    CHECK(recording.problems[2].starts_with("line 4 "));
}

TEST_CASE("a recording is no walk", "[facts]")
{
    CHECK_FALSE(is_walk("1.3.6.1.2.1.1.1.0|4|a = b\n"));
    CHECK_FALSE(is_walk(""));
    CHECK(recording_of_walk("").empty());
}

} // namespace walk_text_test
