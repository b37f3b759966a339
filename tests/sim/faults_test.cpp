#include "tests/sim/dialogue.hpp"
#include "tests/sim/faults.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace faults_test {

using namespace hallmonitor::sim;
using hallmonitor::agent::PduType;
using hallmonitor::agent::Tag;
using namespace std::chrono_literals;

namespace {

const std::string sys_uptime = "1.3.6.1.2.1.1.3.0";
const std::string sys_contact = "1.3.6.1.2.1.1.4.0";
const std::string if_name = "1.3.6.1.2.1.31.1.1.1.1.";
const std::string hc_in_1 = "1.3.6.1.2.1.31.1.1.1.6.1";
const std::string in_1 = "1.3.6.1.2.1.2.2.1.10.1";

Device faulty(std::string_view name, std::optional<std::int64_t> argument = {})
{
    auto device = make_switch(12);
    const auto* fault = find_fault(name);
    REQUIRE(fault != nullptr);
    device.set_fault(*fault, true, argument, Instant{0});
    return device;
}

Reply get(Device& device, const std::string& oid, Instant now = 1s)
{
    return ask(device, {.oids = {oid}}, now);
}

} // namespace

TEST_CASE("every fault has a name of its own, a meaning and something that it does", "[sim]")
{
    std::set<std::string_view> names;
    for (const auto& fault : fault_table()) {
        CHECK(names.insert(fault.name).second);
        CHECK_FALSE(fault.meaning.empty());
        CHECK(
            (fault.drops || fault.hides || fault.counted_at || fault.picks || fault.value ||
             fault.head || fault.datagram || fault.begins || fault.is_endless || fault.usm)
        );
    }
}

TEST_CASE("a fault that is switched off leaves no trace", "[sim]")
{
    auto device = faulty("silence");
    REQUIRE(get(device, sys_uptime).is_silent);

    device.set_fault(*find_fault("silence"), false, {}, 1s);

    CHECK_FALSE(get(device, sys_uptime).is_silent);
    CHECK(device.faults().empty());
}

TEST_CASE("loss loses about its share of requests or replies", "[sim]")
{
    auto requests = faulty("loss", 30);
    auto replies = faulty("reply-loss", 30);
    int lost_requests = 0;
    int lost_replies = 0;
    for (int i = 0; i < 1'000; ++i) {
        lost_requests += get(requests, sys_uptime).is_silent ? 1 : 0;
        lost_replies += get(replies, sys_uptime).datagram.copies == 0 ? 1 : 0;
    }

    CHECK(lost_requests > 200);
    CHECK(lost_requests < 400);
    CHECK(lost_replies > 200);
    CHECK(lost_replies < 400);
}

TEST_CASE("datagrams are held, repeated, sent from elsewhere", "[sim]")
{
    auto held = faulty("delay", 250);
    auto scattered = faulty("reorder", 50);
    auto repeated = faulty("duplicate", 3);
    auto moved = faulty("wrong-address");
    auto moved_port = faulty("wrong-port");

    CHECK(get(held, sys_uptime).datagram.delay == 250ms);
    CHECK(get(scattered, sys_uptime).datagram.delay < 50ms);
    CHECK(get(repeated, sys_uptime).datagram.copies == 3);
    CHECK(get(moved, sys_uptime).datagram.source == Source::other_address);
    CHECK(get(moved_port, sys_uptime).datagram.source == Source::other_port);
}

TEST_CASE("datagrams are cut and corrupted", "[sim]")
{
    auto cut = faulty("cut", 50);
    auto corrupt = faulty("corrupt", 3);
    const auto whole = make_switch(12);
    auto healthy = whole;

    CHECK(get(cut, sys_uptime).octets == get(healthy, sys_uptime).octets / 2);
    CHECK(get(cut, sys_uptime).is_malformed);
    CHECK(get(corrupt, sys_contact).octets == get(healthy, sys_contact).octets);
}

TEST_CASE("replies are forged in id, community and object", "[sim]")
{
    auto id = faulty("wrong-id");
    auto community = faulty("wrong-community");
    auto object = faulty("wrong-object");

    CHECK(get(id, sys_uptime).id == (question_id ^ 1));
    CHECK(get(community, sys_uptime).community == "forged");
    CHECK(get(object, sys_uptime).varbinds.at(0).oid == sys_contact);
}

TEST_CASE("errors come in the place of values", "[sim]")
{
    auto too_big = faulty("too-big", 20);
    auto gen_err = faulty("gen-err");
    auto no_bulk = faulty("no-bulk");
    const Question large{.type = PduType::get_bulk, .oids = {"1.3", "1.3"}, .repetitions = 11};
    const Question small{.type = PduType::get_bulk, .oids = {"1.3", "1.3"}, .repetitions = 10};

    CHECK(ask(too_big, large).error_status == 1);
    CHECK(ask(too_big, large).varbinds.empty());
    CHECK(ask(too_big, small).varbinds.size() == 20);
    CHECK(get(gen_err, sys_uptime).error_status == 5);
    CHECK(get(gen_err, sys_uptime).varbinds.at(0).tag == Tag::null);
    CHECK(ask(no_bulk, small).is_silent);
    CHECK_FALSE(get(no_bulk, sys_uptime).is_silent);
}

TEST_CASE("walks never end on devices that loop, stay or step back", "[sim]")
{
    auto looping = faulty("loop", 40);
    auto stuck = faulty("stuck");
    auto stepping = faulty("steps-back", 30);
    const auto is_falling = [](const VarBind& a, const VarBind& b) {
        return parse_oid(a.oid) >= parse_oid(b.oid);
    };

    const auto loop = walk(looping, 2'000);
    const auto same = walk(stuck, 100);
    const auto back = walk(stepping, 200);

    CHECK(loop.size() == 2'000);
    CHECK(std::adjacent_find(loop.begin(), loop.end(), is_falling) != loop.end());
    CHECK(same.size() == 100);
    CHECK(same[50].oid == same[99].oid);
    CHECK(std::adjacent_find(back.begin(), back.end(), is_falling) != back.end());
}

TEST_CASE("rows, counters and tables go missing", "[sim]")
{
    auto truncated = faulty("truncated-table", 5);
    auto narrow = faulty("no-hc");
    auto bare = faulty("no-ifx");

    CHECK(get(truncated, if_name + "5").varbinds.at(0).text == "Gi1/0/5");
    CHECK(get(truncated, if_name + "6").varbinds.at(0).tag == Tag::no_such_instance);
    CHECK(get(narrow, hc_in_1).varbinds.at(0).tag == Tag::no_such_instance);
    CHECK(get(narrow, in_1).varbinds.at(0).tag == Tag::counter32);
    CHECK(get(bare, if_name + "1").varbinds.at(0).tag == Tag::no_such_instance);
    CHECK(walk(truncated).size() < walk(narrow).size());
}

TEST_CASE("64-bit counters stand still, wrap early or jump", "[sim]")
{
    auto healthy = make_switch(12);
    auto frozen = faulty("hc-frozen");
    auto wrapping = faulty("hc-wraps");
    auto jumping = faulty("random-octets");
    const auto truth = get(healthy, hc_in_1).varbinds.at(0).number.value();
    REQUIRE(truth > 0xFFFFFFFF);

    CHECK(get(frozen, hc_in_1).varbinds.at(0).number == 0U);
    CHECK(get(frozen, in_1).varbinds.at(0).number != 0U);
    CHECK(get(wrapping, hc_in_1).varbinds.at(0).number == static_cast<std::uint32_t>(truth));
    CHECK(get(wrapping, hc_in_1).varbinds.at(0).tag == Tag::counter64);
    CHECK(get(jumping, hc_in_1).varbinds != get(jumping, hc_in_1).varbinds);
}

TEST_CASE("cached counters change only when the cache does, uptime always", "[sim]")
{
    auto device = faulty("cached", 10);

    CHECK(get(device, hc_in_1, 11s).varbinds == get(device, hc_in_1, 19s).varbinds);
    CHECK(get(device, hc_in_1, 19s).varbinds != get(device, hc_in_1, 20s).varbinds);
    CHECK(get(device, sys_uptime, 11s).varbinds != get(device, sys_uptime, 19s).varbinds);
}

TEST_CASE("values have wrong types, or stand still", "[sim]")
{
    auto retyped = faulty("wrong-types");
    auto frozen = faulty("frozen-uptime");

    CHECK(get(retyped, hc_in_1).varbinds.at(0).tag == Tag::octet_string);
    CHECK(get(frozen, sys_uptime, 1s).varbinds.at(0).number == 4711U);
    CHECK(get(frozen, sys_uptime, 9s).varbinds.at(0).number == 4711U);
}

TEST_CASE("names are huge, hostile, empty or all the same", "[sim]")
{
    auto huge = faulty("huge-strings", 60'000);
    auto hostile = faulty("hostile-names");
    auto blank = faulty("no-names");
    auto same = faulty("same-names");

    CHECK(get(huge, if_name + "1").varbinds.at(0).text.size() == 60'000);
    CHECK(ask(huge, {.oids = {if_name + "1", if_name + "2"}}).error_status == 1);
    CHECK(get(hostile, if_name + "2").varbinds.at(0).text == std::string{"nul\0inside", 10});
    CHECK(get(blank, if_name + "1").varbinds.at(0).text.empty());
    CHECK(get(blank, if_name + "1").varbinds.at(0).tag == Tag::octet_string);
    CHECK(get(same, if_name + "1").varbinds.at(0).text == "port");
    CHECK(get(same, if_name + "2").varbinds.at(0).text == "port");
}

TEST_CASE("faults work together", "[sim]")
{
    auto device = faulty("hc-frozen");
    device.set_fault(*find_fault("delay"), true, 7, 1s);

    const auto reply = get(device, hc_in_1);

    CHECK(reply.varbinds.at(0).number == 0U);
    CHECK(reply.datagram.delay == 7ms);
}

TEST_CASE("a table without an end goes on with rows that nobody has", "[sim]")
{
    auto endless = faulty("endless");
    const std::string column = "1.3.6.1.2.1.2.2.1.10";

    const auto bulk =
        ask(endless, {.type = PduType::get_bulk, .oids = {column + ".11"}, .repetitions = 20});
    const auto next = ask(endless, {.type = PduType::get_next, .oids = {column + ".4711"}});
    const auto name = get(endless, if_name + "4711");

    REQUIRE(bulk.varbinds.size() == 20);
    CHECK(bulk.varbinds.front().oid == column + ".12");
    CHECK(bulk.varbinds.back().oid == column + ".31");
    CHECK(bulk.varbinds.back().tag == Tag::counter32);
    CHECK(next.varbinds.at(0).oid == column + ".4712");
    CHECK(name.varbinds.at(0).text == "row 4711");
    CHECK(get(endless, column + ".3").varbinds.at(0).oid == column + ".3");
    CHECK(walk(endless, 2'000).size() == 2'000);
}

TEST_CASE("replies come late, or not at all when they are large", "[sim]")
{
    auto late = faulty("late");
    auto narrow = faulty("drops-large", 500);
    auto old = faulty("only-v1");
    const Question large{.type = PduType::get_bulk, .oids = {"1.3"}, .repetitions = 100};

    CHECK(get(late, sys_uptime).datagram.delay == 60s);
    CHECK(ask(narrow, large).datagram.copies == 0);
    CHECK(get(narrow, sys_uptime).datagram.copies == 1);
    CHECK(get(old, sys_uptime).is_silent);
}

TEST_CASE("messages lie about their length, and forgeries go before them", "[sim]")
{
    auto lying = faulty("lying-length");
    auto forged = faulty("forgeries", 9);

    CHECK(get(lying, sys_uptime).is_malformed);
    CHECK(get(forged, sys_uptime).datagram.forgeries == 9);
    CHECK(get(forged, sys_uptime).datagram.id_end > 0);
}

TEST_CASE("rows come and go, values are missing", "[sim]")
{
    auto churning = faulty("churn", 60);
    auto torn = faulty("holes", 100);
    auto null = faulty("nulls");

    CHECK(get(churning, if_name + "1", 1s).varbinds.at(0).tag == Tag::no_such_instance);
    CHECK(get(churning, if_name + "1", 61s).varbinds.at(0).text == "Gi1/0/1");
    CHECK(get(churning, if_name + "2", 61s).varbinds.at(0).tag == Tag::no_such_instance);
    CHECK(get(torn, in_1).varbinds.at(0).tag == Tag::no_such_instance);
    CHECK(get(null, in_1).varbinds.at(0).tag == Tag::null);
}

TEST_CASE("counters start just before they wrap", "[sim]")
{
    auto narrow = faulty("wrap32", 10);
    auto wide = faulty("wrap64", 10);
    const auto before = get(narrow, in_1, 9s).varbinds.at(0).number.value();
    const auto after = get(narrow, in_1, 11s).varbinds.at(0).number.value();
    const auto rate = narrow.model().ports()[0].in.rate();
    REQUIRE(rate * 10 < 0xFFFFFFFF);

    CHECK(before == 0x100000000U - rate);
    CHECK(after == rate);
    CHECK(get(narrow, hc_in_1, 11s).varbinds.at(0).number == 0x100000000U + rate);
    CHECK(get(wide, hc_in_1, 9s).varbinds.at(0).number == ~std::uint64_t{0} - rate + 1);
    CHECK(get(wide, hc_in_1, 11s).varbinds.at(0).number == rate);
}

TEST_CASE("counters fall a little now and then, or begin at 0", "[sim]")
{
    auto stepping = faulty("counters-step-back", 60);
    auto cleared = faulty("counters-cleared");
    std::vector<std::uint64_t> seen;
    for (int second = 100; second < 200; second += 10) {
        seen.push_back(*get(stepping, hc_in_1, std::chrono::seconds{second}).varbinds.at(0).number);
    }

    CHECK_FALSE(std::is_sorted(seen.begin(), seen.end()));
    CHECK(seen.back() > seen.front());
    CHECK(get(cleared, hc_in_1, 1s).varbinds.at(0).number == cleared.model().ports()[0].in.rate());
    CHECK(get(cleared, sys_uptime).varbinds.at(0).number > 360'000U);
}

TEST_CASE("speeds, states and boots are what no device should say", "[sim]")
{
    auto fast = faulty("speed-garbage");
    auto odd = faulty("wrong-status");
    auto stuck = faulty("frozen-boots", 3);
    auto old = faulty("uptime-wraps", 60);

    CHECK(get(fast, "1.3.6.1.2.1.31.1.1.1.15.1").varbinds.at(0).number == 1'000'000'000U);
    CHECK(get(fast, "1.3.6.1.2.1.31.1.1.1.15.2").varbinds.at(0).number == 0U);
    CHECK(get(odd, "1.3.6.1.2.1.2.2.1.8.1").varbinds.at(0).number == 77U);
    CHECK(get(stuck, "1.3.6.1.6.3.10.2.1.2.0").varbinds.at(0).number == 3U);
    CHECK(get(old, sys_uptime, 59s).varbinds.at(0).number == 0xFFFFFFFF - 99U);
    CHECK(get(old, sys_uptime, 61s).varbinds.at(0).number == 100U);
}

} // namespace faults_test
