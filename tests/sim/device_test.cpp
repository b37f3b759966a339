#include "tests/sim/device.hpp"
#include "tests/sim/dialogue.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace device_test {

using namespace hallmonitor::sim;
using hallmonitor::agent::PduType;
using hallmonitor::agent::SnmpVersion;
using hallmonitor::agent::Tag;
using namespace std::chrono_literals;

namespace {

const std::string sys_uptime = "1.3.6.1.2.1.1.3.0";
const std::string if_name_1 = "1.3.6.1.2.1.31.1.1.1.1.1";
const std::string hc_in_1 = "1.3.6.1.2.1.31.1.1.1.6.1";

} // namespace

TEST_CASE("GET gives each object that was asked for, or why not", "[sim]")
{
    auto device = make_switch(4);

    const auto reply = ask(
        device,
        {.oids =
             {if_name_1, "1.3.6.1.2.1.1.99.0", "1.3.6.1.2.1.2.2.1.10.77", "1.3.6.1.2.1.2.2.1.8.1"}}
    );

    CHECK(reply.id == question_id);
    CHECK(reply.error_status == 0);
    REQUIRE(reply.varbinds.size() == 4);
    CHECK(reply.varbinds[0].text == "Gi1/0/1");
    CHECK(reply.varbinds[1].tag == Tag::no_such_object);
    CHECK(reply.varbinds[2].tag == Tag::no_such_instance);
    CHECK(reply.varbinds[3].number == 1U);
}

TEST_CASE("a walk passes every object once and in order, to the end", "[sim]")
{
    auto device = make_switch(4);

    const auto found = walk(device);

    CHECK(found.size() == device.blueprint().mib.size());
    const auto in_order = [](const VarBind& a, const VarBind& b) {
        return parse_oid(a.oid) < parse_oid(b.oid);
    };
    CHECK(std::is_sorted(found.begin(), found.end(), in_order));
}

TEST_CASE("GETBULK repeats its repeaters only, row by row", "[sim]")
{
    auto device = make_switch(4);

    const auto reply =
        ask(device,
            {.type = PduType::get_bulk,
             .oids = {"1.3.6.1.2.1.1.3", "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.2.2.1.8"},
             .non_repeaters = 1,
             .repetitions = 3});

    REQUIRE(reply.varbinds.size() == 7);
    CHECK(reply.varbinds[0].oid == sys_uptime);
    CHECK(reply.varbinds[1].text == "Gi1/0/1");
    CHECK(reply.varbinds[2].oid == "1.3.6.1.2.1.2.2.1.8.1");
    CHECK(reply.varbinds[5].text == "Te1/0/3");
}

TEST_CASE("GETBULK stops at the size of a datagram", "[sim]")
{
    auto small = make_switch(48);
    auto large = make_switch(48, largest_reply);
    const Question question{.type = PduType::get_bulk, .oids = {"1.3"}, .repetitions = 1'000};

    const auto few = ask(small, question);
    const auto many = ask(large, question);

    CHECK(few.octets <= 1'472);
    CHECK(few.octets > 1'400);
    CHECK(few.varbinds.size() < 100);
    CHECK(many.varbinds.size() == 1'000);
}

TEST_CASE("behind the last object is the end of the view", "[sim]")
{
    auto device = make_switch(4);
    const std::string last = "1.3.6.1.6.3.10.2.1.3.0";

    const auto next = ask(device, {.type = PduType::get_next, .oids = {last}});
    const auto bulk = ask(device, {.type = PduType::get_bulk, .oids = {last}, .repetitions = 5});

    REQUIRE(next.varbinds.size() == 1);
    CHECK(next.varbinds[0].tag == Tag::end_of_mib_view);
    CHECK(next.varbinds[0].oid == last);
    CHECK(bulk.varbinds == next.varbinds);
}

TEST_CASE("version 1 knows no 64-bit counters and tells errors by their index", "[sim]")
{
    auto device = make_switch(4);

    const auto wide = ask(device, {.oids = {sys_uptime, hc_in_1}, .version = SnmpVersion::v1});
    const auto bulk =
        ask(device, {.type = PduType::get_bulk, .oids = {"1.3"}, .version = SnmpVersion::v1});
    const auto next = ask(
        device,
        {.type = PduType::get_next, .oids = {"1.3.6.1.2.1.31.1.1.1.6"}, .version = SnmpVersion::v1}
    );

    CHECK(wide.error_status == 2);
    CHECK(wide.error_index == 2);
    CHECK(wide.varbinds.size() == 2);
    CHECK(bulk.is_silent);
    CHECK(next.varbinds.at(0).oid == "1.3.6.1.2.1.31.1.1.1.14.1");
}

TEST_CASE("strangers and nonsense are met with silence", "[sim]")
{
    auto device = make_switch(4);
    Bytes buffer(Device::buffer_size);
    const Bytes nonsense{0x30, 0x82, 0xFF, 0xFF, 2, 1, 1};

    CHECK(ask(device, {.oids = {sys_uptime}, .community = "private"}).is_silent);
    CHECK(device.answer(nonsense, Instant{0}, buffer).bytes.empty());
    CHECK(device.answer({}, Instant{0}, buffer).bytes.empty());
    CHECK(device.counts().ignored == 3);
    CHECK(device.counts().replies == 0);
}

TEST_CASE("counters grow at the rate of their port, in both widths", "[sim]")
{
    auto device = make_switch(4);
    const Question question{.oids = {hc_in_1, "1.3.6.1.2.1.2.2.1.10.1", sys_uptime}};

    const auto first = ask(device, question, Instant{0});
    const auto later = ask(device, question, 10s);

    const auto rate = device.model().ports()[0].in.rate();
    const auto wide = later.varbinds[0].number.value();
    CHECK(wide - first.varbinds[0].number.value() == 10 * rate);
    CHECK(later.varbinds[1].number == static_cast<std::uint32_t>(wide));
    CHECK(later.varbinds[1].tag == Tag::counter32);
    CHECK(*later.varbinds[2].number - *first.varbinds[2].number == 1'000);
}

TEST_CASE("a device that reboots is silent, then counts from 0", "[sim]")
{
    auto device = make_switch(4);
    const Question question{.oids = {hc_in_1, sys_uptime, "1.3.6.1.6.3.10.2.1.2.0"}};
    ask(device, question, 10s);

    device.model().reboot(20s, 5s);

    CHECK(ask(device, question, 24s).is_silent);
    const auto reply = ask(device, question, 26s);
    CHECK(reply.varbinds[0].number == device.model().ports()[0].in.rate());
    CHECK(reply.varbinds[1].number == 100U);
    CHECK(reply.varbinds[2].number == 2U);
}

TEST_CASE("what did not fit into a reply was not served", "[sim]")
{
    auto device = make_switch(4, 76); // one varbind of 30 octets
    const std::string hc_out_1 = "1.3.6.1.2.1.31.1.1.1.10.1";
    const std::string before_hc_in_1 = "1.3.6.1.2.1.31.1.1.1.5.4";
    const auto& ports = device.model().ports();

    REQUIRE(ask(device, {.oids = {hc_in_1, hc_out_1}}).error_status == 1);
    CHECK(ports[0].served_in.times == 0);

    const Question bulk{
        .type = PduType::get_bulk, .oids = {before_hc_in_1, hc_out_1}, .repetitions = 4};
    REQUIRE(ask(device, bulk).varbinds.size() == 1);
    CHECK(ports[0].served_in.times == 1);
    CHECK(ports[1].served_out.times == 0);
}

} // namespace device_test
