#include "agent/poll/reading_judge.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

namespace reading_judge_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::cell_of;
using hallmonitor::agent::testing::cycle;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;

namespace {

constexpr MonoTime start{1'000s};
const Oid if_in_octets{1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 1};
const Oid if_hc_in_octets{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1};
const Oid discontinuity{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 19, 1};

// A switch with one port of 1 Gbit/s that is polled every 10 s, or when a test says so.
struct Polled {
    FakeDevice device;
    DevicePoll poll{config()};
    MonoTime now{start};

    Polled()
    {
        device.add_interface(1, "Gi1", 1'000'000'000);
        device.set_uptime(100'000);
    }
    static DeviceConfig config()
    {
        DeviceConfig config;
        config.name = "sw-1";
        config.snmp = SnmpSettings{};
        return config;
    }
    PollOutcome read(std::chrono::seconds later = 10s)
    {
        now = now + later;
        device.set_uptime(100'000 + static_cast<std::uint32_t>((now - start) / 10ms));
        return cycle(poll, device, now);
    }
    PollOutcome read_octets(std::uint64_t octets)
    {
        device.mib[if_hc_in_octets] = number(Tag::counter64, octets);
        return read();
    }
};

std::vector<std::string> told(const PollOutcome& outcome)
{
    std::vector<std::string> sentences;
    for (const Finding& finding : outcome.findings)
        sentences.push_back(statement(finding));
    return sentences;
}

bool finds(const PollOutcome& outcome, Anomaly what)
{
    return has(outcome.findings, what);
}

} // namespace

TEST_CASE("a counter that goes back without a restart is told with its object", "[poll]")
{
    Polled polled;
    CHECK(polled.read_octets(1'000'000'000).findings.empty());
    CHECK(polled.read_octets(1'100'000'000).findings.empty());

    const PollOutcome outcome = polled.read_octets(1'050'000'000);

    CHECK(
        told(outcome) ==
        std::vector<std::string>{
            "has counters that went back without a restart (1 counter, first at "
            "1.3.6.1.2.1.31.1.1.1.6.1), and nothing is counted for that step"}
    );
    CHECK(polled.read_octets(1'060'000'000).findings.empty());
}

TEST_CASE("a counter that says that it began anew has not gone back", "[poll]")
{
    Polled polled;
    polled.device.mib[discontinuity] = number(Tag::timeticks, 0);
    CHECK(polled.read_octets(1'000'000'000).findings.empty());

    polled.device.mib[discontinuity] = number(Tag::timeticks, 101'500);
    CHECK(polled.read_octets(5'000'000).findings.empty());
    CHECK(finds(polled.read_octets(4'000'000), Anomaly::counters_back));
}

TEST_CASE("a 64-bit counter that wraps has not gone back", "[poll]")
{
    Polled polled;
    CHECK(polled.read_octets(~std::uint64_t{0} - 1'000'000).findings.empty());

    CHECK(polled.read_octets(900'000).findings.empty());
}

TEST_CASE("counters of a busy uplink that are cleared have gone back", "[poll]")
{
    constexpr std::uint64_t terabyte = 1'000'000'000'000;
    Polled polled;
    for (const std::uint64_t octets : {5 * terabyte, 11 * terabyte, 16 * terabyte}) {
        polled.read_octets(octets);
        const PollOutcome outcome = polled.read_octets(70'000);
        CHECK(finds(outcome, Anomaly::counters_back));
        CHECK(!finds(outcome, Anomaly::counters_too_fast));
    }
}

TEST_CASE("more than twice what a line can carry is told, of Ethernet", "[poll]")
{
    Polled polled;
    CHECK(polled.read_octets(1'000'000'000).findings.empty());
    // 10 s and half a minute of slack at 1 Gbit/s are 5 GB.
    CHECK(polled.read_octets(10'000'000'000).findings.empty());

    CHECK(finds(polled.read_octets(20'100'000'000), Anomaly::counters_too_fast));
}

TEST_CASE("64-bit counters that stop counting are read in 32 bits at once", "[poll]")
{
    Polled polled;
    CHECK(polled.read_octets(1'000'000'000).findings.empty());
    polled.device.mib[if_in_octets] = number(Tag::counter32, 4'711);

    const PollOutcome outcome = polled.read_octets(0);

    CHECK(finds(outcome, Anomaly::counters_frozen));
    CHECK(cell_of(outcome, Metric::if_in_octets, "Gi1") == 4'711);
}

TEST_CASE("states and speeds that no port has are told", "[poll]")
{
    Polled polled;
    polled.device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 1}] = number(Tag::integer, 77);
    polled.device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 15, 1}] = number(Tag::gauge32, 1'000'000'000);

    CHECK(
        told(polled.read()) ==
        std::vector<std::string>{
            "gives an ifHighSpeed that no port has (1 interface, first at "
            "1.3.6.1.2.1.31.1.1.1.15.1), so ifSpeed is taken or the speed is unknown",
            "gives states that its MIB does not know (1 interface, first at "
            "1.3.6.1.2.1.2.2.1.8.1), and such ports are neither up nor down"}
    );
}

TEST_CASE(
    "counters renewed more seldom than they are polled are told at the second stall", "[poll]"
)
{
    Polled polled;
    const std::vector<std::uint64_t> megabytes{1, 1, 4, 4, 7, 7, 10, 10};

    std::vector<bool> found;
    found.reserve(megabytes.size());
    for (const std::uint64_t octets : megabytes)
        found.push_back(finds(polled.read_octets(octets * 1'000'000), Anomaly::counters_cached));

    CHECK(found == std::vector<bool>{false, false, false, false, false, false, true, true});
}

TEST_CASE("a quiet device's counters may stand still now and then", "[poll]")
{
    Polled polled;
    const std::vector<std::uint64_t> octets{100, 100, 164, 164, 228, 228, 292};

    for (const std::uint64_t number : octets)
        CHECK(polled.read_octets(number).findings.empty());
}

} // namespace reading_judge_test
