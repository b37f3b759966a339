// The profiles that are built in, and what they make of devices as their MIBs have them.

#include "tests/agent/facts/built_in.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shipped_profiles_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using hallmonitor::agent::testing::built_in;
using hallmonitor::agent::testing::facts_by;

namespace {

/// The field of the section's row with that index, or of its only one; "-" for nothing.
std::string told(
    const Facts& facts, FactSection section, std::string_view field, const std::string& index = {}
)
{
    for (const FactRow& row : facts.rows(section))
        if (index.empty() || row.index == index) {
            const Value& value = Facts::value(section, row, field);
            return is_there(value) ? text_of(value) : "-";
        }
    return "no row";
}

} // namespace

TEST_CASE("every built-in profile is sound", "[facts]")
{
    const auto built_in = built_in_profiles();
    std::vector<ProfileText> texts{built_in.begin(), built_in.end()};
    for (ProfileText& text : texts)
        text.is_built_in = false; // those that are, are believed
    const auto loaded = Catalogue::read(texts);
    for (const ConfigError& error : loaded.errors)
        CHECK(to_string(error) == "");
    REQUIRE(loaded.config.has_value());
    CHECK((*loaded.config)->find("standard") != nullptr);
}

TEST_CASE("a UPS says by its alarms that batteries are to be replaced", "[facts]")
{
    const std::string mib = "1.3.6.1.2.1.33.1.";
    const auto alarm = [&](const std::string& row, const std::string& which) {
        return mib + "6.2.1.2." + row + "|6|" + mib + "6.3." + which + "\n";
    };
    const auto ups = [&](const std::string& recording, std::string_view field) {
        return told(facts_by("standard", recording), FactSection::ups, field);
    };
    const std::string two = mib + "6.1.0|66|2\n";
    CHECK(ups(two + alarm("1", "2") + alarm("2", "1"), "replace_battery") == "true");
    CHECK(ups(two + alarm("1", "2") + alarm("2", "3"), "replace_battery") == "false");
    CHECK(ups(mib + "6.1.0|66|0\n", "replace_battery") == "false");
    CHECK(ups(mib + "6.1.0|66|1\n" + mib + "2.1.0|2|2\n", "replace_battery") == "-");

    const std::string mute = mib + "2.1.0|2|1\n" + mib + "7.3.0|2|6\n"; // unknown, no tests
    const std::string in_need = mute + two + alarm("1", "2") + alarm("2", "3") + alarm("3", "19");
    CHECK(ups(in_need, "status") == "batteryLow");
    CHECK(ups(in_need, "output_source") == "battery");
    CHECK(ups(in_need, "self_test") == "error");
    CHECK(ups(mute, "status") == "unknown");
    CHECK(ups(mute, "self_test") == "none");
    CHECK(ups(in_need + mib + "2.1.0|2|4\n", "status") == "batteryDepleted");
}

TEST_CASE("a UPS gives -1 for what it does not measure", "[facts]")
{
    const std::string battery = "1.3.6.1.2.1.33.1.2.";
    std::string recording = battery + "1.0|2|2\n";
    for (const char* const column : {"2", "3", "4", "5", "6", "7"})
        recording += battery + column + ".0|2|-1\n";
    const Facts facts = facts_by("standard", recording);
    CHECK(told(facts, FactSection::ups, "status") == "batteryNormal");
    for (const char* const field :
         {"on_battery_seconds",
          "runtime_seconds",
          "charge_ratio",
          "battery_volts",
          "temperature_celsius"})
        CHECK(told(facts, FactSection::ups, field) == "-");
    CHECK(facts.rows(FactSection::sensors).empty());
}

TEST_CASE("a printer that does not say what it does says what keeps it from it", "[facts]")
{
    const std::string table = "1.3.6.1.2.1.25.3.5.1.";
    const auto status = [&](const std::string& does, const std::string& errors) {
        const std::string recording = (does.empty() ? "" : table + "1.1|2|" + does + "\n") +
                                      (errors.empty() ? "" : table + "2.1|4x|" + errors + "\n");
        return told(facts_by("standard", recording), FactSection::printer, "status");
    };
    CHECK(status("", "40") == "noPaper");
    CHECK(status("", "2000") == "lowToner");
    CHECK(status("1", "8400") == "jammed"); // and low on paper
    CHECK(status("2", "0020") == "markerSupplyMissing");
    CHECK(status("", "00") == "ok");
    CHECK(status("1", "00") == "other");
    CHECK(status("2", "") == "unknown");
    CHECK(status("3", "80") == "idle"); // low on paper, and yet it prints
}

TEST_CASE("Ethernet's counters are of the interface that their whole index is", "[facts]")
{
    const Facts facts =
        facts_by("standard", "1.3.6.1.2.1.10.7.2.1.19.3.4|2|3\n1.3.6.1.2.1.10.7.2.1.19.5|2|2\n");
    REQUIRE(facts.rows(FactSection::interfaces).size() == 1);
    CHECK(told(facts, FactSection::interfaces, "if_index") == "5");
}

namespace {

// A row of entPhySensorTable, or of Cisco's own.
struct SensorRow {
    int index{1};
    int type{8};
    int scale{9};
    int precision{0};
    long value{0};
    std::string units{};
};

std::string rows_of(const std::string& entry, const SensorRow& row)
{
    const auto cell = [&](int column, long number) {
        return entry + std::to_string(column) + "." + std::to_string(row.index) + "|2|" +
               std::to_string(number) + "\n";
    };
    const std::string units =
        row.units.empty() ? ""
                          : entry + "6." + std::to_string(row.index) + "|4|" + row.units + "\n";
    return cell(1, row.type) + cell(2, row.scale) + cell(3, row.precision) + cell(4, row.value) +
           cell(5, 1) + units;
}

const std::string standard_sensors = "1.3.6.1.2.1.99.1.1.1.";
const std::string cisco_sensors = "1.3.6.1.4.1.9.9.91.1.1.1.1.";

} // namespace

TEST_CASE("a sensor's number is told where scale and range make sense of it", "[facts]")
{
    const auto value_of = [](const SensorRow& row) {
        const std::string by_rfc = told(
            facts_by("standard", rows_of(standard_sensors, row)), FactSection::sensors, "value"
        );
        SensorRow plain = row;
        plain.units.clear();
        if (row.units.empty())
            CHECK(
                told(
                    facts_by("cisco/ios", rows_of(cisco_sensors, plain)),
                    FactSection::sensors,
                    "value"
                ) == by_rfc
            );
        return by_rfc;
    };
    CHECK(value_of({.scale = 8, .precision = 0, .value = 41500}) == "41.5");
    CHECK(value_of({.scale = 9, .precision = -1, .value = 4}) == "40");
    CHECK(value_of({.scale = 0, .value = 25}) == "-");
    CHECK(value_of({.scale = 18, .value = 25}) == "-");
    CHECK(value_of({.precision = 99, .value = 25}) == "-");
    CHECK(value_of({.precision = -9, .value = 25}) == "-");
    CHECK(value_of({.precision = 2, .value = 32767}) == "-");
    CHECK(value_of({.value = 10000}) == "-");
    CHECK(value_of({.type = 10, .value = -1}) == "-");
    CHECK(value_of({.type = 9, .value = 45}) == "0.45");
    CHECK(value_of({.type = 9, .value = 120}) == "-");
    for (const char* const percent :
         {"%", "percent", "Percent", "PERCENT", "Percent (%)", "% RH"}) {
        INFO(percent);
        const Facts facts = facts_by(
            "standard", rows_of(standard_sensors, {.type = 2, .value = 50, .units = percent})
        );
        CHECK(told(facts, FactSection::sensors, "value") == "0.5");
        CHECK(told(facts, FactSection::sensors, "unit") == "ratio");
    }
    CHECK(value_of({.type = 2, .value = 50, .units = "hours"}) == "50");
}

TEST_CASE("watts are of light where the sensor's name says so, dBm always", "[facts]")
{
    const auto kind_of = [](int type, const std::string& descr) {
        const std::string entity = "1.3.6.1.2.1.47.1.1.1.1.2.1|4|" + descr + "\n";
        return told(
            facts_by("standard", entity + rows_of(standard_sensors, {.type = type, .value = 4})),
            FactSection::sensors,
            "kind"
        );
    };
    CHECK(kind_of(6, "Xcvr 3 RX Power lane 1") == "optical_power");
    CHECK(kind_of(6, "Port 3 Tx Power") == "optical_power");
    CHECK(kind_of(6, "Ethernet1 Receive Power Sensor") == "optical_power");
    CHECK(kind_of(6, "Power supply 1 output") == "power");
    CHECK(kind_of(6, "Chassis ctx power") == "power");
    CHECK(kind_of(14, "Lane 1") == "optical_power");
}

TEST_CASE("a sensor of unknown type is what its unit says", "[facts]")
{
    const auto sensor = [](const std::string& units, std::string_view field) {
        return told(
            facts_by(
                "standard", rows_of(standard_sensors, {.type = 2, .value = 4, .units = units})
            ),
            FactSection::sensors,
            field
        );
    };
    CHECK(sensor("Celsius", "kind") == "temperature");
    CHECK(sensor("degrees C", "unit") == "celsius");
    CHECK(sensor("Volts DC", "kind") == "voltage");
    CHECK(sensor("V", "unit") == "volts");
    CHECK(sensor("rpm", "kind") == "fan");
    CHECK(sensor("hours", "kind") == "other");
    CHECK(sensor("hours", "unit") == "hours");
    CHECK(sensor("mV", "kind") == "other");
}

TEST_CASE("a Cisco with both tables of sensors tells thresholds too", "[facts]")
{
    const std::string thresholds = "1.3.6.1.4.1.9.9.91.1.2.1.1.";
    const std::string both =
        rows_of(cisco_sensors, {.index = 50, .type = 14, .precision = 1, .value = -35}) +
        rows_of(standard_sensors, {.index = 50, .type = 1, .precision = 1, .value = -35}) +
        rows_of(standard_sensors, {.index = 51, .value = 30}) + thresholds + "2.50.1|2|30\n" +
        thresholds + "3.50.1|2|4\n" + thresholds + "4.50.1|2|20\n" + thresholds + "2.50.2|2|30\n" +
        thresholds + "3.50.2|2|1\n" + thresholds + "4.50.2|2|-150\n";
    const Facts facts = facts_by("cisco/ios", both);
    REQUIRE(facts.rows(FactSection::sensors).size() == 2);
    CHECK(told(facts, FactSection::sensors, "value", "50") == "-3.5");
    CHECK(told(facts, FactSection::sensors, "kind", "50") == "optical_power");
    CHECK(told(facts, FactSection::sensors, "high", "50") == "2");
    CHECK(told(facts, FactSection::sensors, "low", "50") == "-15");
    CHECK(told(facts, FactSection::sensors, "value", "51") == "30");
}

TEST_CASE("a host's memory is told by whichever MIB has it", "[facts]")
{
    const std::string storage = "1.3.6.1.2.1.25.2.3.1.";
    const auto row = [&](const std::string& type, const std::string& size, const std::string& used
                     ) {
        return storage + "2.4|6|1.3.6.1.2.1.25.2.1." + type + "\n" + storage + "4.4|2|4096\n" +
               storage + "5.4|2|" + size + "\n" + storage + "6.4|2|" + used + "\n";
    };
    const std::string ucd = "1.3.6.1.4.1.2021.4.5.0|2|8000000\n1.3.6.1.4.1.2021.4.6.0|2|1000000\n"
                            "1.3.6.1.4.1.2021.11.11.0|2|80\n1.3.6.1.2.1.25.3.3.1.2.1|2|150\n";
    const Facts disks = facts_by("standard", row("4", "1000", "500") + ucd);
    CHECK(told(disks, FactSection::memory, "total_bytes") == "8192000000");
    CHECK(told(disks, FactSection::storage, "used_bytes") == "2048000");
    CHECK(told(disks, FactSection::processors, "load_ratio") == "0.2");
    CHECK(facts_by("standard", row("2", "9", "1") + ucd).rows(FactSection::memory).size() == 1);

    const auto used = [&](const std::string& size, const std::string& blocks) {
        return told(
            facts_by("standard", row("4", size, blocks)), FactSection::storage, "used_bytes"
        );
    };
    CHECK(used("1000", "-1") == "-");
    CHECK(used("1000", "-5") == "-");
    CHECK(used("-1000", "-2000") == "17592177852416"); // 4,294,965,296 blocks
    CHECK(used("2123456789", "2000000001") == "8192000004096");
}

TEST_CASE("an Eaton without a probe has no temperature of it", "[facts]")
{
    const std::string ambient = "1.3.6.1.4.1.534.1.6.1.0|2|";
    CHECK(facts_by("eaton/ups", ambient + "0\n").rows(FactSection::sensors).empty());
    CHECK(told(facts_by("eaton/ups", ambient + "21\n"), FactSection::sensors, "value") == "21");
}

} // namespace shipped_profiles_test
