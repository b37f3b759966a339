#include "collector/report/concerns.hpp"
#include "collector/report/documents.hpp"
#include "collector/report/home_page.hpp"
#include "collector/report/text.hpp"
#include "tests/collector/fleet.hpp"

#include <boost/json/array.hpp>
#include <catch2/catch.hpp>

namespace concerns_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

DeviceView device_with(const std::vector<Fact>& facts)
{
    auto device = make_device("lincoln", "ups-1", State::up, {});
    device.facts = make_facts(facts);
    return device;
}

std::vector<std::string> told_of(const std::vector<Fact>& facts)
{
    std::vector<std::string> told;
    for (const Concern& concern : concerns_of(device_with(facts), now))
        told.push_back(std::string{concern.kind} + ": " + concern.text);
    return told;
}

using Told = std::vector<std::string>;

Fact sensor(double degrees, const std::string& high, const std::string& status)
{
    return {
        .key = "sensors/t.1",
        .attributes =
            {{Attribute::name, "inlet"}, {Attribute::kind, "temperature"}, {Attribute::high, high}},
        .values = {{"value", degrees}, {"status", status}},
    };
}

Fact poe(double nominal, double drawn, const std::string& oper)
{
    return {
        .key = "poe_groups/pethMainPseTable.1",
        .values = {{"nominal_watts", nominal}, {"consumption_watts", drawn}, {"oper", oper}},
    };
}

} // namespace

TEST_CASE("a UPS on battery is told with what it has left", "[report]")
{
    CHECK(
        told_of({{
            .key = "ups",
            .values =
                {{"output_source", "battery"},
                 {"charge_ratio", 0.83},
                 {"runtime_seconds", 2'040.0},
                 {"status", "batteryLow"},
                 {"replace_battery", 1.0}},
        }}) ==
        Told{
            "ups_on_battery: it runs on battery, 83 % charged, good for 34 min 0 s",
            "ups_battery: its battery is low",
            "ups_replace_battery: it asks for a new battery",
        }
    );
    CHECK(told_of({{.key = "ups", .values = {{"output_source", "normal"}}}}).empty());
}

TEST_CASE("heat over its threshold is told with both, other faults by their word", "[report]")
{
    CHECK(
        told_of({sensor(52, "46.5", "critical")}) ==
        Told{"temperature_high: inlet is at 52.0 C, over its threshold of 46.5 C"}
    );
    CHECK(
        told_of({sensor(40, "46.5", "warning")}) == Told{"sensor_not_ok: sensor inlet is warning"}
    );
    CHECK(told_of({sensor(40, "46.5", "ok")}).empty());
    CHECK(told_of({sensor(52, "nonsense", "ok")}).empty());
    Fact dark = sensor(-40, "3", "warning");
    dark.attributes.set(Attribute::kind, "optical_power");
    CHECK(told_of({dark}).empty());
}

TEST_CASE("a part that failed is told, one that is absent is not", "[report]")
{
    const auto part = [](const std::string& status) {
        return Fact{
            .key = "inventory/entPhysicalTable.3",
            .attributes = {{Attribute::descr, "PSU 2"}},
            .values = {{"status", status}},
        };
    };

    CHECK(told_of({part("critical")}) == Told{"component_not_ok: part PSU 2 is critical"});
    CHECK(told_of({part("absent")}).empty());
}

TEST_CASE("PoE is told beyond nine tenths of its budget", "[report]")
{
    CHECK(
        told_of({poe(370, 340, "on")}) ==
        Told{"poe_budget: PoE group pethMainPseTable.1 draws 340 W of 370 W"}
    );
    CHECK(told_of({poe(370, 333, "on")}).empty());
    CHECK(told_of({poe(0, 12, "on")}).empty());
    CHECK(
        told_of({poe(370, 0, "faulty")}) ==
        Told{"poe_supply: PoE group pethMainPseTable.1 has a faulty supply"}
    );
}

TEST_CASE("facts that are too old concern nobody", "[report]")
{
    auto device = device_with({sensor(52, "46", "ok")});
    device.facts.read_at = now - 751s;

    CHECK(concerns_of(device, now).empty());
}

TEST_CASE("the home page says beside a device what concerns it", "[report]")
{
    Fact hot = sensor(52, "46", "ok");
    hot.attributes.set(Attribute::name, "<inlet>");

    const std::string page = home_page(*make_snapshot({device_with({hot, poe(370, 340, "on")})}));

    CHECK(
        page.find("<td>&lt;inlet&gt; is at 52.0 C, over its threshold of 46.0 C; PoE group "
                  "pethMainPseTable.1 draws 340 W of 370 W</td></tr>") != page.npos
    );
}

TEST_CASE("a device's document has its make and what concerns it", "[report]")
{
    auto device = device_with({sensor(52, "46", "ok")});
    device.attributes.set(Attribute::model, "X-1");

    const auto document = devices_document(*make_snapshot({device}), std::nullopt);

    const auto& row = document.at("devices").as_array().at(0);
    CHECK(row.at("model") == "X-1");
    CHECK(row.at("serial").is_null());
    CHECK(row.at("concerns").as_array().at(0).at("kind") == "temperature_high");
}

TEST_CASE("a receiver that refuses or lags is a trouble of the collector", "[report]")
{
    DaemonFigures figures;
    CHECK(troubles_of(figures).empty());

    figures.remote_write = {.lag_seconds = 90, .problem = "the receiver fails (status 500)"};

    CHECK(
        troubles_of(figures) ==
        std::vector<std::string>{
            "Remote write: the receiver fails (status 500).",
            "Remote write lags: its oldest samples have waited for 1 min 30 s.",
        }
    );
}

TEST_CASE("status begins with the collector's own troubles", "[report]")
{
    const auto document =
        devices_document(*make_snapshot({}), std::nullopt, {"Something is wrong."});

    CHECK(status_text(document, {}).find("Something is wrong.") != std::string::npos);
}

} // namespace concerns_test
