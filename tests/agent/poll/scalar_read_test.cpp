#include "agent/poll/scalar_read.hpp"
#include "agent/poll/uptime_watch.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

namespace scalar_read_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;
using hallmonitor::agent::testing::text;

namespace {

const Oid sys_name{1, 3, 6, 1, 2, 1, 1, 5, 0};
const Oid if_number{1, 3, 6, 1, 2, 1, 2, 1, 0};
constexpr std::int32_t gen_err = 5;

FakeDevice device_with_facts()
{
    FakeDevice device;
    device.set_uptime(4'711);
    device.mib[sys_name] = text("sw-1");
    device.mib[if_number] = number(Tag::integer, 24);
    return device;
}

// Reads all; the number of requests that it took.
unsigned read(ScalarRead& scalars, FakeDevice& device, ScalarRead::What what)
{
    unsigned requests = 0;
    scalars.begin(what);
    while (!scalars.finished()) {
        const auto reply = device.answer(scalars.ask());
        REQUIRE(!scalars.feed(reply.view()));
        ++requests;
    }
    return requests;
}

} // namespace

TEST_CASE("facts come in one request, the guard alone too", "[poll]")
{
    FakeDevice device = device_with_facts();
    ScalarRead scalars;

    CHECK(read(scalars, device, ScalarRead::What::all) == 1);
    CHECK(scalars.facts().text(Attribute::sys_name) == "sw-1");
    CHECK(scalars.uptime() == DeviceTicks{4'711});
    CHECK(scalars.if_number() == 24);
    CHECK(read(scalars, device, ScalarRead::What::guard) == 1);
    CHECK(scalars.varbinds() == 3);
}

TEST_CASE("an agent that takes few objects at once is asked for few from then on", "[poll]")
{
    FakeDevice device = device_with_facts();
    device.too_big_above = 3;
    ScalarRead scalars;

    CHECK(read(scalars, device, ScalarRead::What::all) == 6); // 8, 4, then four times 2
    CHECK(scalars.facts().text(Attribute::sys_name) == "sw-1");
    CHECK(read(scalars, device, ScalarRead::What::all) == 4);
}

TEST_CASE("one object that an agent cannot give is passed over", "[poll]")
{
    FakeDevice device = device_with_facts();
    ScalarRead scalars;
    scalars.begin(ScalarRead::What::all);

    unsigned errors = 0;
    while (!scalars.finished()) {
        const Ask ask = scalars.ask();
        auto reply = device.answer(ask);
        // It stumbles over ifNumber.
        const auto stumbles = if_number.ber_content();
        for (const auto& oid : ask.oids)
            if (ber_compare(oid, stumbles) == 0) reply = {.varbinds = {}, .error_status = gen_err};
        if (reply.error_status != 0) ++errors;
        REQUIRE(!scalars.feed(reply.view()));
    }

    CHECK(errors > 0);
    CHECK(!scalars.if_number());
    CHECK(scalars.facts().text(Attribute::sys_name) == "sw-1");
}

TEST_CASE("rows may have moved when ifNumber changes, not when it is left out", "[poll]")
{
    FakeDevice device = device_with_facts();
    ScalarRead scalars;
    read(scalars, device, ScalarRead::What::guard);
    CHECK(!scalars.rows_may_have_moved());
    device.mib.erase(if_number);
    read(scalars, device, ScalarRead::What::guard);
    CHECK(!scalars.rows_may_have_moved());

    device.mib[if_number] = number(Tag::integer, 25);
    read(scalars, device, ScalarRead::What::guard);

    CHECK(scalars.rows_may_have_moved());
}

TEST_CASE("an error for sysUpTime alone ends the read and is named", "[poll]")
{
    ScalarRead scalars;
    scalars.begin(ScalarRead::What::guard);
    const FakeDevice::Reply error{.varbinds = {}, .error_status = gen_err};
    static_cast<void>(scalars.ask());
    CHECK(!scalars.feed(error.view()));
    static_cast<void>(scalars.ask());

    const auto failure = scalars.feed(error.view());

    REQUIRE(failure);
    CHECK(failure->what == Anomaly::error_status);
    CHECK(failure->oid == "1.3.6.1.2.1.1.3.0");
    CHECK(failure->detail == "genErr (5)");
}

TEST_CASE("sysUpTime that stands still for half a minute is frozen", "[poll]")
{
    constexpr MonoTime start{1'000s};
    UptimeWatch uptime{0ms};
    CHECK(!uptime.note({100}, start));
    CHECK(!uptime.note({100}, start + 20s));
    CHECK(!uptime.is_frozen());

    CHECK(!uptime.note({100}, start + 30s));

    CHECK(uptime.is_frozen());
    CHECK(!uptime.note({3'200}, start + 31s));
    CHECK(!uptime.is_frozen());
}

} // namespace scalar_read_test
