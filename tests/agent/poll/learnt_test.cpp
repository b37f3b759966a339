#include "agent/poll/learnt.hpp"
#include "tests/agent/poll/school.hpp"
#include "tests/sim/faults.hpp"

#include <catch2/catch.hpp>

namespace learnt_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::School;

namespace {

Learnt learnt_of_switch()
{
    return {
        .identity = 0xfedc'ba98'7654'3211,
        .no_bulk = true,
        .objects_at_once = 3,
        .names = {.repetitions = 7, .answered = 7, .most = 7, .columns = 2},
        .counters =
            {{{.repetitions = 12, .answered = 24},
              {.repetitions = 1, .most = 1, .columns = 5},
              {.repetitions = 128, .answered = 128}}},
        .facts = {.repetitions = 20, .answered = 20, .most = 20, .columns = 6, .octets = 900},
    };
}

std::string fault_of(const std::string& text)
{
    const auto loaded = load_learnt(text, "learnt.yaml");
    REQUIRE(!loaded.config);
    return to_string(loaded.errors.front());
}

/// Requests of the first cycle of a switch that has the fault, known as `learnt` or not at all.
std::size_t first_cycle(const char* fault, const Learnt* learnt, Learnt* into = nullptr)
{
    School school{{.devices = 1, .ports = 48, .interval = 60s, .no_ping = 1}};
    school.set_fault(0, *sim::find_fault(fault), true);
    if (learnt != nullptr) school.engine().restore(0, *learnt);
    school.run_for(59s);
    if (into != nullptr) *into = school.engine().device(0).learnt();
    REQUIRE(!school.seen(0).cycles.empty());
    REQUIRE(school.seen(0).cycles.front().is_whole);
    return school.seen(0).cycles.front().requests;
}

} // namespace

TEST_CASE("what was learnt comes back as it was written", "[poll]")
{
    const LearntDevices devices{
        {"sw-lib-1", learnt_of_switch()},
        {"odd: \"name\"",
         {.identity = 1, .objects_at_once = 8, .names = {}, .counters = {}, .facts = {}}}};

    const auto loaded = load_learnt(to_yaml(devices), "learnt.yaml");

    REQUIRE(loaded.config);
    CHECK(*loaded.config == devices);
    CHECK(load_learnt(to_yaml(LearntDevices{}), "learnt.yaml").config == LearntDevices{});
}

TEST_CASE("a file of another format or a damaged one says where it is wrong", "[poll]")
{
    CHECK(
        fault_of("version: 2\nof: [a, newer, agent]\n") ==
        "learnt.yaml:1:1: is of format 2, and this agent knows 1: a newer one wrote it"
    );
    CHECK(fault_of("devices: []\n") == "learnt.yaml:1:1: the key 'version' is missing");
    CHECK_THAT(fault_of("version: 1\ndevices:\n  - dev"), Catch::Contains("3:5"));
    CHECK_THAT(fault_of("version: 1\ndevices: none\n"), Catch::Contains("must be a list"));
    CHECK_THAT(
        fault_of("version: 1\ndevices:\n- {device: a, identity: 5, names: {repetitions: 0}}"),
        Catch::Contains("learnt.yaml:3:49: 'repetitions'")
    );
    CHECK_THAT(
        fault_of("version: 1\ndevices:\n- {device: a, identity: 5}\n- {device: a, identity: 6}\n"),
        Catch::Contains("4:3: the device stands twice")
    );
    CHECK_THAT(fault_of(std::string{"version: 1\n\0\0", 13}), Catch::Contains("learnt.yaml:"));
}

TEST_CASE("address, version, model and firmware make another device", "[poll]")
{
    DeviceConfig device;
    device.address = "192.0.2.1";
    device.snmp = SnmpSettings{};
    Attributes facts;
    facts.set(Attribute::sys_object_id, "1.3.6.1.4.1.9.1.1");
    facts.set(Attribute::sys_descr, "Software 1.0");
    const std::uint64_t known = identity_of(device, facts);
    CHECK(identity_of(device, facts) == known);

    Attributes newer = facts;
    newer.set(Attribute::sys_descr, "Software 1.1");
    CHECK(identity_of(device, newer) != known);
    Attributes other = facts;
    other.set(Attribute::sys_object_id, "1.3.6.1.4.1.9.1.2");
    CHECK(identity_of(device, other) != known);
    device.snmp->version = SnmpVersion::v1;
    CHECK(identity_of(device, facts) != known);
    device.snmp->version = SnmpVersion::v2c;
    device.address = "192.0.2.2";
    CHECK(identity_of(device, facts) != known);
}

TEST_CASE("the first cycle after a restart asks as the device has taught", "[poll]")
{
    Learnt learnt;

    const std::size_t unknown = first_cycle("too-big", nullptr, &learnt);
    const std::size_t known = first_cycle("too-big", &learnt);
    INFO(unknown << " requests before, " << known << " once it is known");
    CHECK(known + 6 <= unknown);

    const std::size_t silent = first_cycle("no-bulk", nullptr, &learnt);
    CHECK(learnt.no_bulk);
    const std::size_t by_next = first_cycle("no-bulk", &learnt);
    INFO(silent << " requests with those that were not answered, " << by_next << " without");
    CHECK(by_next + 3 == silent);
}

TEST_CASE("what was learnt of another device is dropped", "[poll]")
{
    Learnt learnt;
    const std::size_t unknown = first_cycle("duplicate", nullptr, &learnt);
    Learnt of_another = learnt_of_switch();
    of_another.objects_at_once = 8;
    Learnt after;

    CHECK(first_cycle("duplicate", &of_another, &after) == unknown);

    CHECK(after == learnt);
}

} // namespace learnt_test
