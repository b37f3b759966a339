#include "tests/sim/dialogue.hpp"
#include "tests/sim/fleet.hpp"
#include "tests/sim/recording.hpp"

#include <catch2/catch.hpp>

namespace recording_test {

using namespace hallmonitor::sim;
using namespace std::chrono_literals;

TEST_CASE("a recording is served with the types and values it has", "[sim]")
{
    Fleet fleet{1, "public", usual_reply};
    const Address address{.ip = 0x7F000001, .port = 161};
    const auto faults = fleet.add(
        {.first = address,
         .recording_name = "r",
         .recording = "# a switch\n"
                      "1.3.6.1.2.1.2.2.1.2.7|4|a|b\n"
                      "1.3.6.1.2.1.1.3.0|67|100\n"
                      "\n"
                      "1.3.6.1.2.1.2.2.1.6.7|4x|0011aaFF00bb\n"
                      "1.3.6.1.2.1.31.1.1.1.6.7|70|18446744073709551615\n"
                      "1.3.6.1.2.1.2.2.1.2.7|4|last\n"
                      "1.3.6.1.2.1.2.2.1.4.7|2|-1"}
    );

    const auto found = walk(*fleet.at(address));

    CHECK(faults.empty());
    REQUIRE(found.size() == 5);
    CHECK(found[0].number == 100U);
    CHECK(found[1].text == "last");
    CHECK(found[2].oid == "1.3.6.1.2.1.2.2.1.4.7");
    CHECK_FALSE(found[2].number);
    CHECK(found[3].text == std::string{"\x00\x11\xaa\xff\x00\xbb", 6});
    CHECK(found[4].number == 18'446'744'073'709'551'615U);
}

TEST_CASE("the uptime of a recording goes on", "[sim]")
{
    Fleet fleet{1, "public", usual_reply};
    const Address address{.ip = 0x7F000001, .port = 161};
    fleet.add({.first = address, .recording_name = "r", .recording = "1.3.6.1.2.1.1.3.0|67|100\n"});

    const auto reply = ask(*fleet.at(address), {.oids = {"1.3.6.1.2.1.1.3.0"}}, 10s);

    CHECK(reply.varbinds.at(0).number == 1'100U);
}

TEST_CASE("bad lines are told with their number and left out", "[sim]")
{
    const auto recording = parse_recording("1.3.6|4|good\n"
                                           "nonsense\n"
                                           "1.x.6|4|a\n"
                                           "1.3.7|99|a\n"
                                           "1.3.7|65|-1\n"
                                           "1.3.7|66|4294967296\n"
                                           "1.3.7|4x|0g\n"
                                           "1.3.7|4x|zz\n"
                                           "1.3.7|2x|00\n"
                                           "1.3.7|64|1.2.3\n"
                                           "1.3.7|6|1.3.\n");

    CHECK(recording.objects.size() == 1);
    REQUIRE(recording.bad.size() == 10);
    CHECK(recording.bad[0].number == 2);
    CHECK(recording.bad[0].reason == "is not OID|TAG|VALUE");
    CHECK(recording.bad[1].reason == "has no OID");
    CHECK(recording.bad[9].number == 11);
}

TEST_CASE("recordings written a little wrong are read as snmpsim reads them", "[sim]")
{
    const auto recording = parse_recording("1.3.6|4x|00112\n1.3.7|64|J}M}\n");

    CHECK(recording.bad.empty());
    CHECK(recording.objects.at(0).value == Bytes{4, 3, 0, 0x11, 2});
    CHECK(recording.objects.at(1).value == Bytes{0x40, 4, 'J', '}', 'M', '}'});
}

TEST_CASE("lines may end as on Windows", "[sim]")
{
    const auto recording =
        parse_recording("1.3.6|65|5\r\n\r\n1.3.7|6|1.3.6\r\n1.3.8|64|1.2.3.4\r\n");

    CHECK(recording.bad.empty());
    CHECK(recording.objects.size() == 3);
}

} // namespace recording_test
