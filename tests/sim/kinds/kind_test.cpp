#include "tests/sim/dialogue.hpp"
#include "tests/sim/fleet.hpp"
#include "tests/sim/kinds/kind.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace kind_test {

using namespace hallmonitor::sim;
using hallmonitor::agent::PduType;
using hallmonitor::agent::Tag;
using namespace std::chrono_literals;

namespace {

const std::string sys_uptime = "1.3.6.1.2.1.1.3.0";

/// A device of its own.
class Lone {
public:
    explicit Lone(std::string_view kind, std::size_t ports = 0)
    {
        fleet_.add(
            {.first = {.ip = 0x7F000001, .port = 161}, .kind = find_kind(kind), .ports = ports}
        );
    }

    Device& device() { return *fleet_.at({.ip = 0x7F000001, .port = 161}); }
    Signals& signals() { return device().model().signals(); }
    VarBind get(const std::string& oid, Instant now = 1s)
    {
        return ask(device(), {.oids = {oid}}, now).varbinds.at(0);
    }
    std::uint64_t number(const std::string& oid, Instant now = 1s)
    {
        return get(oid, now).number.value();
    }
    void set(std::string_view signal, std::int64_t value, Instant now)
    {
        signals().set(signals().find(signal).value(), value, now);
    }

private:
    Fleet fleet_{1, "public", usual_reply};
};

std::vector<const Kind*> all_kinds()
{
    std::vector<const Kind*> kinds;
    for (const auto& kind : kind_table()) {
        kinds.push_back(&kind);
    }
    return kinds;
}

bool is_in_order(const std::vector<VarBind>& found)
{
    return std::is_sorted(found.begin(), found.end(), [](const VarBind& a, const VarBind& b) {
        return parse_oid(a.oid) < parse_oid(b.oid);
    });
}

} // namespace

TEST_CASE("every kind can be walked from end to end, without a value that is none", "[sim]")
{
    const auto* const kind = GENERATE(from_range(all_kinds()));
    Lone lone{kind->name};

    const auto found = walk(lone.device(), 20'000);

    INFO(kind->name);
    CHECK(found.size() > 60);
    CHECK(found.size() < 20'000);
    CHECK(is_in_order(found));
    CHECK(std::none_of(found.begin(), found.end(), [](const VarBind& bound) {
        return bound.tag == Tag::null || bound.tag >= Tag::no_such_object;
    }));
    CHECK(std::any_of(found.begin(), found.end(), [](const VarBind& bound) {
        return bound.oid == sys_uptime;
    }));
}

TEST_CASE("every kind has its signals under names of their own, whatever its numbering", "[sim]")
{
    const auto* const kind = GENERATE(from_range(all_kinds()));
    const auto before = make_blueprint(*kind, kind->usual_ports, 0);
    const auto after = make_blueprint(*kind, kind->usual_ports, 1);

    std::set<std::string> names;
    for (const auto& signal : *before.signals) {
        CHECK(names.insert(signal.name).second);
    }
    CHECK(names.size() == after.signals->size());
    CHECK(before.texts == after.texts);
    CHECK(before.mib.size() == after.mib.size());
}

TEST_CASE("two devices of a kind differ in their serial numbers and addresses", "[sim]")
{
    Fleet fleet{1, "public", usual_reply};
    fleet.add({.first = {.ip = 1, .port = 161}, .devices = 2, .kind = find_kind("access")});
    const Question question{.oids = {"1.3.6.1.2.1.47.1.1.1.1.11.1", "1.0.8802.1.1.2.1.3.2.0"}};

    const auto one = ask(*fleet.at({.ip = 1, .port = 161}), question).varbinds;
    const auto other = ask(*fleet.at({.ip = 2, .port = 161}), question).varbinds;

    CHECK(one[0].text == "SIM0-1");
    CHECK(other[0].text == "SIM1-1");
    CHECK(one[1].text != other[1].text);
}

TEST_CASE("a UPS ordered onto its battery drains, warns and charges again", "[sim]")
{
    Lone lone{"ups"};
    const std::string battery = "1.3.6.1.2.1.33.1.2.";
    const std::string source = "1.3.6.1.2.1.33.1.4.1.0";
    const std::string alarms = "1.3.6.1.2.1.33.1.6.1.0";
    const std::string on_battery_alarm = "1.3.6.1.2.1.33.1.6.2.1.2.2";
    REQUIRE(lone.number(battery + "4.0") == 100);
    REQUIRE(lone.number(source) == 3);
    REQUIRE(lone.get(on_battery_alarm).tag == Tag::no_such_instance);

    lone.set("on-battery", 1, 100s);

    CHECK(lone.number(source, 1000s) == 5);
    CHECK(lone.number(battery + "2.0", 1000s) == 900);
    CHECK(lone.number(battery + "4.0", 1000s) == 50);
    CHECK(lone.number(battery + "1.0", 1000s) == 2);
    CHECK(lone.number(alarms, 1000s) == 1);
    CHECK(lone.get(on_battery_alarm, 1000s).tag == Tag::oid);
    CHECK(lone.number(battery + "1.0", 1750s) == 3);
    CHECK(lone.number(battery + "1.0", 2000s) == 4);
    CHECK(lone.number("1.3.6.1.2.1.33.1.3.3.1.3.1", 2000s) == 0);

    lone.set("on-battery", 0, 1000s);
    CHECK(lone.number(battery + "2.0", 1000s) == 0);
    CHECK(lone.number(battery + "4.0", 1000s) == 50);
    CHECK(lone.number(battery + "4.0", 1000s + 2h) == 100);
    CHECK(lone.number("1.3.6.1.2.1.33.1.3.1.0", 1000s) == 1);
}

TEST_CASE("the power that a switch gives is the sum of its ports'", "[sim]")
{
    Lone lone{"access", 8};
    std::uint64_t sum = 0;
    for (int port = 1; port <= 6; ++port) {
        sum += lone.number("1.3.6.1.4.1.9.9.402.1.2.1.9.1." + std::to_string(port), 50s);
    }

    CHECK(lone.number("1.3.6.1.2.1.105.1.3.1.1.4.1", 50s) == sum / 1000);
    lone.set("poe/1/status", 4, 60s);
    CHECK(lone.number("1.3.6.1.2.1.105.1.1.1.6.1.1", 61s) == 4);
    CHECK(lone.number("1.3.6.1.4.1.9.9.402.1.2.1.9.1.1", 61s) == 0);
}

TEST_CASE("a sensor's threshold tells when it is passed", "[sim]")
{
    Lone lone{"access", 8};
    const auto sensor = "9"; // temperature/outlet
    const std::string value = std::string{"1.3.6.1.2.1.99.1.1.1.4."} + sensor;
    const std::string evaluation = std::string{"1.3.6.1.4.1.9.9.91.1.2.1.1.5."} + sensor;
    REQUIRE(
        lone.get(std::string{"1.3.6.1.2.1.47.1.1.1.1.7."} + sensor).text == "temperature/outlet"
    );
    CHECK(lone.number(value) < 50);
    CHECK(lone.number(evaluation + ".1") == 2);

    lone.set("temperature/outlet", 70, 10s);

    CHECK(lone.number(value, 11s) == 70);
    CHECK(lone.number(evaluation + ".1", 11s) == 1);
    CHECK(lone.number(evaluation + ".2", 11s) == 2);
}

TEST_CASE("errors of a port are its alignment and FCS errors, at their rate", "[sim]")
{
    Lone lone{"access", 8};
    const std::string row = ".4"; // errs once in 100,000 packets
    const auto at = 200'000s;

    const auto errors = lone.number("1.3.6.1.2.1.2.2.1.14" + row, at);

    CHECK(errors == lone.device().model().ports()[3].in.octets(at) / octets_per_packet / 100'000);
    CHECK(
        errors == lone.number("1.3.6.1.2.1.10.7.2.1.2" + row, at) +
                      lone.number("1.3.6.1.2.1.10.7.2.1.3" + row, at)
    );
    CHECK(lone.number("1.3.6.1.2.1.2.2.1.14.1", at) == 0);
    CHECK(lone.number("1.3.6.1.2.1.10.7.2.1.19.6") == 2);
    CHECK(lone.number("1.3.6.1.2.1.10.7.2.1.19.1") == 3);
}

TEST_CASE("spanning tree counts the links that come and go, not those of edge ports", "[sim]")
{
    Lone lone{"access", 8};
    const std::string changes = "1.3.6.1.2.1.17.2.4.0";
    auto& model = lone.device().model();

    model.set_link(0, false, 5s);
    CHECK(lone.number(changes, 6s) == 0);
    model.set_link(7, false, 10s);
    model.set_link(7, true, 20s);

    CHECK(lone.number(changes, 30s) == 2);
    CHECK(lone.number("1.3.6.1.2.1.17.2.3.0", 30s) == 1'000);
}

TEST_CASE("an access point that goes away takes its rows along", "[sim]")
{
    Lone lone{"controller", 3};
    const std::string name = "1.3.6.1.4.1.14179.2.2.1.1.3.6.0.0.0.0.32";
    const std::string all = "1.3.6.1.4.1.14179.2.1.1.1.38.1";
    REQUIRE(lone.get(name).text == "ap-0-2");
    const auto clients = lone.number(all, 9s);
    const auto lost =
        lone.signals().value(lone.signals().find("ap/2/radio/1/clients").value(), 9s) +
        lone.signals().value(lone.signals().find("ap/2/radio/0/clients").value(), 9s);

    lone.set("ap/2", 0, 9s);

    CHECK(lone.get(name, 9s).tag == Tag::no_such_instance);
    CHECK(lone.number(all, 9s) == clients - static_cast<std::uint64_t>(lost));
}

TEST_CASE("a printer's pages grow by the hour and use its toner", "[sim]")
{
    Lone lone{"printer"};
    const std::string pages = "1.3.6.1.2.1.43.10.2.1.4.1.1";
    const std::string toner = "1.3.6.1.2.1.43.11.1.1.9.1.1";
    lone.set("pages", 1'000, 10s);

    CHECK(lone.number(pages, 10s + 2h) == 1'120);
    CHECK(lone.number(toner, 10s + 2h) == 9'000 - 1'120);
}

TEST_CASE("a router's addresses are its own", "[sim]")
{
    Fleet fleet{1, "public", usual_reply};
    fleet.add({.first = {.ip = 1, .port = 161}, .devices = 2, .kind = find_kind("router")});
    auto& second = *fleet.at({.ip = 2, .port = 161});

    const auto found =
        ask(second,
            {.oids = {
                 "1.3.6.1.2.1.4.20.1.2.10.0.1.1",
                 "1.3.6.1.2.1.4.34.1.5.1.4.10.0.1.1",
                 "1.3.6.1.2.1.4.20.1.2.10.0.0.1"}});

    CHECK(found.varbinds[0].number == 1U);
    CHECK(found.varbinds[1].tag == Tag::oid);
    CHECK(found.varbinds[2].tag == Tag::no_such_instance);
}

} // namespace kind_test
