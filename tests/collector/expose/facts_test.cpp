// Facts on the page: sensors, supplies, batteries and the like.

#include "collector/expose/text_writer.hpp"
#include "tests/collector/expose/page_parser.hpp"
#include "tests/collector/fleet.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>

namespace facts_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

DeviceView device_with(const std::vector<Fact>& facts)
{
    auto device = make_device("lincoln", "sw-1", State::up, {});
    device.facts = make_facts(facts);
    return device;
}

ParsedPage page_of(DeviceView device)
{
    MetricsPage page{make_snapshot({std::move(device)}), {}};
    std::string text;
    while (page(text)) {
    }
    auto parsed = parse_page(text);
    REQUIRE(parsed.problem.empty());
    return parsed;
}

LabelSet labels(LabelSet more = {})
{
    more.insert({{"site", "lincoln"}, {"device", "sw-1"}});
    return more;
}

const Fact inlet{
    .key = "sensors/entPhySensorTable.1001",
    .attributes =
        {{Attribute::name, "inlet"},
         {Attribute::kind, "temperature"},
         {Attribute::unit, "celsius"},
         {Attribute::low, "-5"},
         {Attribute::high, "46.5"}},
    .values = {{"value", 23.25}, {"status", "ok"}},
};
const LabelSet inlet_labels = labels({{"sensor", "inlet"}, {"id", "entPhySensorTable.1001"}});

LabelSet with(LabelSet set, const LabelSet& more)
{
    set.insert(more.begin(), more.end());
    return set;
}

} // namespace

TEST_CASE("a sensor has its value in its kind's family, its thresholds and its verdict", "[expose]")
{
    const auto page = page_of(device_with({inlet}));

    CHECK(page.value("hallmonitor_sensor_temperature_celsius", inlet_labels) == 23.25);
    const auto limits = with(inlet_labels, {{"kind", "temperature"}, {"unit", "celsius"}});
    CHECK(page.value("hallmonitor_sensor_low_threshold", limits) == -5);
    CHECK(page.value("hallmonitor_sensor_high_threshold", limits) == 46.5);
    const auto verdict = with(inlet_labels, {{"kind", "temperature"}});
    CHECK(page.value("hallmonitor_sensor_ok", verdict) == 1);
    CHECK(page.of("hallmonitor_sensor_value").empty());
    CHECK(page.of("hallmonitor_sensor_fan_speed_rpm").empty());
}

TEST_CASE("a sensor of another kind or in another unit is told with both", "[expose]")
{
    Fact percent = inlet;
    percent.attributes.set(Attribute::kind, "fan");
    percent.attributes.set(Attribute::unit, "percent");
    Fact door{
        .key = "sensors/doors.1",
        .attributes = {{Attribute::kind, "other"}},
        .values = {{"value", 1.0}, {"status", "unavailable"}},
    };

    const auto page = page_of(device_with({percent, door}));

    const std::string name = "hallmonitor_sensor_value";
    CHECK(page.value(name, with(inlet_labels, {{"kind", "fan"}, {"unit", "percent"}})) == 23.25);
    const auto of_door = labels({{"sensor", "doors.1"}, {"id", "doors.1"}, {"kind", "other"}});
    CHECK(page.value(name, of_door) == 1);
    CHECK(page.of("hallmonitor_sensor_fan_speed_rpm").empty());
    CHECK_FALSE(page.value("hallmonitor_sensor_ok", of_door));
}

TEST_CASE("a verdict is 0 for warnings and failures, and silent where nothing is said", "[expose]")
{
    const auto verdict_of = [](const std::string& status) {
        const auto page = page_of(device_with({{
            .key = "inventory/entPhysicalTable.7",
            .attributes = {{Attribute::descr, "PSU 1"}},
            .values = {{"status", status}},
        }}));
        const auto part = labels({{"component", "PSU 1"}, {"id", "entPhysicalTable.7"}});
        return page.value("hallmonitor_component_ok", part);
    };

    CHECK(verdict_of("ok") == 1);
    CHECK(verdict_of("warning") == 0);
    CHECK(verdict_of("critical") == 0);
    CHECK(verdict_of("nonoperational") == 0);
    CHECK_FALSE(verdict_of("absent"));
    CHECK_FALSE(verdict_of("unknown"));
}

TEST_CASE("values that are too old are gone, identities stay", "[expose]")
{
    auto device = device_with({
        inlet,
        {.key = "inventory/entPhysicalTable.1",
         .attributes =
             {{Attribute::name, "Chassis"},
              {Attribute::entity_class, "chassis"},
              {Attribute::serial, "FOC1"},
              {Attribute::hardware, "V02"}}},
        {.key = "tables/entPhysicalTable", .attributes = {}, .values = {{"ok", 1.0}}},
    });
    device.facts.read_at = now - 751s;

    const auto page = page_of(device);

    CHECK(page.of("hallmonitor_sensor_temperature_celsius").empty());
    CHECK(page.of("hallmonitor_device_table_up").empty());
    const auto chassis = labels(
        {{"component", "Chassis"},
         {"id", "entPhysicalTable.1"},
         {"class", "chassis"},
         {"name", "Chassis"},
         {"serial", "FOC1"},
         {"hardware", "V02"}}
    );
    CHECK(page.value("hallmonitor_component_info", chassis) == 1);
}

TEST_CASE("a UPS is on battery by its output source, else by how long it has been", "[expose]")
{
    const auto on_battery =
        [](std::vector<std::pair<std::string, std::variant<double, std::string>>> values) {
            const auto page = page_of(device_with({{.key = "ups", .values = std::move(values)}}));
            return page.value("hallmonitor_ups_on_battery", labels());
        };

    CHECK(on_battery({{"output_source", "battery"}, {"on_battery_seconds", 0.0}}) == 1);
    CHECK(on_battery({{"output_source", "normal"}}) == 0);
    CHECK(on_battery({{"output_source", "other"}, {"on_battery_seconds", 30.0}}) == 1);
    CHECK(on_battery({{"on_battery_seconds", 0.0}}) == 0);
    CHECK_FALSE(on_battery({{"charge_ratio", 1.0}}));
}

TEST_CASE("PoE, duplex and counters carry the key of their interface", "[expose]")
{
    const Attributes port{{Attribute::interface, "Gi1/0/1"}};
    const auto page = page_of(device_with({
        {.key = "poe_ports/pethPsePortTable.1.1",
         .attributes = port,
         .values = {{"admin", 1.0}, {"detection", "fault"}, {"power_watts", 12.4}}},
        {.key = "interfaces/dot3StatsTable.10101",
         .attributes = port,
         .values = {{"duplex", "half"}, {"crc_errors", 9'007'199'254'740'993.0}}},
    }));

    const auto poe = labels({{"interface", "Gi1/0/1"}, {"id", "pethPsePortTable.1.1"}});
    CHECK(page.value("hallmonitor_poe_port_enabled", poe) == 1);
    CHECK(page.value("hallmonitor_poe_port_delivering", poe) == 0);
    CHECK(page.value("hallmonitor_poe_port_fault", poe) == 1);
    CHECK(page.value("hallmonitor_poe_port_power_watts", poe) == 12.4);
    const auto ethernet = labels({{"interface", "Gi1/0/1"}, {"id", "dot3StatsTable.10101"}});
    CHECK(page.value("hallmonitor_interface_full_duplex", ethernet) == 0);
    CHECK(page.of("hallmonitor_interface_crc_errors_total").size() == 1);
}

TEST_CASE("a printer's status is told for every status there is", "[expose]")
{
    const auto page = page_of(device_with({
        {.key = "printer", .attributes = {}, .values = {{"status", "idle"}, {"pages", 4'711.0}}},
    }));

    CHECK(page.of("hallmonitor_printer_status").size() == 21);
    CHECK(page.value("hallmonitor_printer_status", labels({{"status", "idle"}})) == 1);
    CHECK(page.value("hallmonitor_printer_status", labels({{"status", "printing"}})) == 0);
    CHECK(page.value("hallmonitor_printer_pages_total", labels()) == 4'711);
}

TEST_CASE("tables of the profile stand beside the interfaces' own", "[expose]")
{
    auto device = device_with({
        {.key = "tables/lldpRemTable", .attributes = {}, .values = {{"ok", 0.0}}},
        {.key = "tables/interface", .attributes = {}, .values = {{"ok", 0.0}}},
    });
    device.interface_table_up = true;

    const auto page = page_of(device);

    const std::string name = "hallmonitor_device_table_up";
    CHECK(page.of(name).size() == 2);
    CHECK(page.value(name, labels({{"table", "interface"}})) == 1);
    CHECK(page.value(name, labels({{"table", "lldpRemTable"}})) == 0);
}

TEST_CASE("odd rows, columns and texts of other agents break no page", "[expose]")
{
    auto device = device_with({
        inlet,
        inlet,                                                           // the same key again
        {.key = "sensors", .attributes = {}},                            // a key without a row
        {.key = "ups/7", .attributes = {}},                              // a single that is none
        {.key = "tomorrow/x.1", .attributes = {{Attribute::name, "?"}}}, // a newer section
        {.key = "sensors/x.1",
         .attributes =
             {{Attribute::kind, "temperature"},
              {Attribute::low, "nan"},
              {Attribute::high, "1e999"}}},
        {.key = "sensors/x.2", .attributes = {}},
    });
    auto reading = *device.facts.reading;
    for (std::size_t cell = 0; cell < reading.reading.cells.size(); ++cell)
        if (!reading.reading.cells.is_there(cell))
            reading.reading.cells.set(cell, std::numeric_limits<std::uint64_t>::max());
    device.facts.reading = std::make_shared<const PlacedReading>(std::move(reading));

    const auto page = page_of(device);

    CHECK(page.of("hallmonitor_sensor_temperature_celsius").size() == 2);
    CHECK(page.of("hallmonitor_sensor_high_threshold").size() == 1);
    CHECK(page.of("hallmonitor_sensor_ok").size() == 1);
    CHECK(page.of("hallmonitor_ups_charge_ratio").empty());
}

TEST_CASE("a table with fewer columns than today's is read by those that it has", "[expose]")
{
    auto device = device_with({inlet});
    TableDefinition narrow = *device.facts.layout->definition();
    narrow.columns = {Metric::if_speed, fact_metric(0)};
    PlacedReading reading;
    reading.reading.cells = {7, 21'500'000};
    device.facts.layout =
        std::make_shared<const FactLayout>(std::make_shared<const TableDefinition>(std::move(narrow)
        ));
    device.facts.reading = std::make_shared<const PlacedReading>(std::move(reading));

    const auto page = page_of(device);

    CHECK(page.value("hallmonitor_sensor_temperature_celsius", inlet_labels) == 21.5);
    CHECK(page.of("hallmonitor_sensor_ok").empty());
}

TEST_CASE("a device's make stands in its info", "[expose]")
{
    auto device = device_with({});
    device.attributes.set(Attribute::vendor, "Acme");
    device.attributes.set(Attribute::serial, "A-1");

    const auto page = page_of(device);

    const auto infos = page.of("hallmonitor_device_info");
    REQUIRE(infos.size() == 1);
    CHECK(infos.begin()->first.at("vendor") == "Acme");
    CHECK(infos.begin()->first.at("serial") == "A-1");
}

} // namespace facts_test
