// Which built-in profile a vendor's device gets, also a model that nobody has seen, and what some
// vendors' figures mean.

#include "tests/agent/facts/built_in.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace vendor_profiles_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using hallmonitor::agent::testing::built_in;
using hallmonitor::agent::testing::facts_by;

namespace {

/// The profile of a device with this sysObjectID, below 1.3.6.1.4.1, where `answered` (the same)
/// has objects.
std::string profile_of(const std::string& sys_object_id, const std::string& answered = {})
{
    const std::string enterprises = "1.3.6.1.4.1.";
    return built_in().choose(
        {.sys_object_id = *Oid::parse(enterprises + sys_object_id), .sys_descr = {}},
        [&](const Oid& asked) {
            return !answered.empty() &&
                   (enterprises + answered + ".").starts_with(asked.to_string() + ".");
        }
    );
}

/// The field of the section's only row; "-" for nothing.
std::string told(const Facts& facts, FactSection section, std::string_view field)
{
    const auto& rows = facts.rows(section);
    if (rows.size() != 1) return std::to_string(rows.size()) + " rows";
    const Value& value = Facts::value(section, rows.front(), field);
    return is_there(value) ? text_of(value) : "-";
}

} // namespace

TEST_CASE("an unseen model gets its vendor's profile", "[facts]")
{
    CHECK(profile_of("47196.9.1") == "aruba/cx");
    CHECK(profile_of("10002.2") == "ubiquiti/unifi-ap");
    CHECK(profile_of("10002.2", "41112.1.4.5") == "ubiquiti/airos");
    CHECK(profile_of("705.9") == "eaton/ups");
    CHECK(profile_of("13742.9") == "raritan/px2");
    CHECK(profile_of("476.9") == "vertiv/liebert");
    CHECK(profile_of("21239.9") == "vertiv/geist");
    CHECK(profile_of("13400.9") == "vertiv/ups-13400");
    CHECK(profile_of("52674.9") == "apc/netbotz");
    CHECK(profile_of("12325.9") == "host/pfsense");
    CHECK(profile_of("17713.24.1") == "cambium/cnmatrix");
    CHECK(profile_of("17713.11") == "cambium/ptp");
    CHECK(profile_of("4881.1.2") == "ruijie/rgos");
    CHECK(profile_of("248.11.2") == "hirschmann/hios");
    CHECK(profile_of("2356.11.8") == "lancom/lcos");
    CHECK(profile_of("99999.1") == "standard");
}

TEST_CASE("of what runs net-snmp, the vendor is who any of whose tables answers", "[facts]")
{
    const std::string net_snmp = "8072.3.2.10";
    CHECK(profile_of(net_snmp, "6574.2.1.1.5.0") == "synology/net-snmp");
    CHECK(profile_of(net_snmp, "2604.5.1.2.6.0") == "sophos/net-snmp");
    CHECK(profile_of(net_snmp, "890.1.5.8.1") == "zyxel/usg");
    CHECK(profile_of(net_snmp, "4555.1.2") == "socomec/netvision");
    CHECK(profile_of(net_snmp, "2620.500.9002") == "checkpoint/net-snmp");
    CHECK(profile_of(net_snmp, "24681.1.2.5") == "qnap/net-snmp");
    CHECK(profile_of(net_snmp, "44194.1") == "engenius/net-snmp");
    CHECK(profile_of(net_snmp, "23695.200.1") == "peplink/net-snmp");
    CHECK(profile_of(net_snmp, "17713.22.1.1") == "cambium/net-snmp");
    CHECK(profile_of(net_snmp) == "host/linux");
}

TEST_CASE("a FASTPATH switch tells its memory in kilobytes, unless that would be absurd", "[facts]")
{
    const std::string mib = "1.3.6.1.4.1.4526.10.1.1.4.";
    const auto memory = [&](const std::string& unused, const std::string& all) {
        return facts_by(
            "netgear/managed",
            mib + "1.0|2|" + unused + "\n" + (all.empty() ? "" : mib + "2.0|2|" + all + "\n")
        );
    };
    const auto free_bytes = [&](const std::string& unused, const std::string& all) {
        return told(memory(unused, all), FactSection::memory, "free_bytes");
    };
    CHECK(free_bytes("100000", "256000") == "102400000");
    CHECK(free_bytes("100000", "") == "102400000");
    CHECK(free_bytes("342355431", "536870912") == "342355431");
}

TEST_CASE("a processor that rests is one, what never had a load is none", "[facts]")
{
    const auto load =
        [](const std::string& profile, const std::string& cpu, const std::string& memory) {
            return told(
                facts_by(profile, cpu + "\n" + memory + "\n"), FactSection::processors, "load_ratio"
            );
        };
    const std::string huawei = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.";
    CHECK(load("huawei/vrp", huawei + "5.9|2|0", huawei + "7.9|2|54") == "0");
    CHECK(load("huawei/vrp", huawei + "5.9|2|0", huawei + "7.9|2|0") == "0 rows");
    const std::string comware = "1.3.6.1.4.1.25506.2.6.1.1.1.1.";
    CHECK(load("hpe/comware", comware + "6.9|2|0", comware + "8.9|2|54") == "0");
    CHECK(load("hpe/comware", comware + "6.9|2|0", comware + "8.9|2|0") == "0 rows");
}

TEST_CASE("a cnMatrix switch tells what its ports give", "[facts]")
{
    const std::string mib = "1.3.6.1.4.1.2076.";
    const Facts facts = facts_by(
        "cambium/cnmatrix",
        "1.3.6.1.2.1.1.1.0|4|Cambium cnMatrix EX2028-P Switch, SW:4.5-r3\n" + mib +
            "81.1.68.0|2|12\n" + mib + "103.1.3.1.5.1.7|2|6400\n"
    );
    CHECK(told(facts, FactSection::device, "model") == "EX2028-P");
    CHECK(told(facts, FactSection::device, "software") == "4.5-r3");
    CHECK(told(facts, FactSection::processors, "load_ratio") == "0.12");
    CHECK(told(facts, FactSection::sensors, "value") == "6.4");
}

TEST_CASE("who made a device is told also where it has no profile", "[facts]")
{
    const auto vendor = [](const std::string& profile, const std::string& sys_object_id) {
        const std::string system = "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1." + sys_object_id + "\n";
        return told(facts_by(profile, system), FactSection::device, "vendor");
    };
    CHECK(vendor("standard", "8691.7.116") == "Moxa");
    CHECK(vendor("standard", "7367.9") == "DrayTek");
    CHECK(vendor("standard", "5491.10") == "Riello");
    CHECK(vendor("ruckus/icx", "1991.1.3.62") == "Ruckus"); // whose sysDescr names nobody
    CHECK(vendor("ruijie/rgos", "4881.1.2") == "Ruijie");
}

TEST_CASE("a device that has nothing but its description is known by that", "[facts]")
{
    struct Known {
        std::string model;
        std::string software;
    };
    const auto check = [](const std::string& profile, const std::string& descr, const Known& known
                       ) {
        INFO(descr);
        const Facts facts = facts_by(profile, "1.3.6.1.2.1.1.1.0|4|" + descr + "\n");
        CHECK(told(facts, FactSection::device, "model") == known.model);
        CHECK(told(facts, FactSection::device, "software") == known.software);
    };
    check(
        "cisco/ios",
        "Cisco Adaptive Security Appliance Version 9.12(4)",
        {"Adaptive Security Appliance", "9.12(4)"}
    );
    check(
        "hpe/procurve",
        "HP ProCurve Switch 2524 (J4813A), revision F.05.70, ROM F.02.01",
        {"J4813A", "F.05.70"}
    );
    check(
        "juniper/junos",
        "Juniper Networks, Inc. qfx5130-32cd Ethernet Switch, kernel JUNOS-EVO 20.3R1",
        {"qfx5130-32cd", "20.3R1"}
    );
    check("extreme/voss", "VSP-4850GTS-PWR+ (6.1.2.0)", {"VSP-4850GTS-PWR+", "6.1.2.0"});
    check(
        "dell/os10",
        "OS10 Enterprise. OS Version: 10.4.0E.R1. System Type: S4148T-ON",
        {"S4148T-ON", "10.4.0E.R1"}
    );
    check(
        "allied/awplus",
        "Allied Telesis router/switch, Software (AlliedWare Plus) Version 5.4.4-3.5",
        {"-", "5.4.4-3.5"}
    );
    check(
        "printer/printers",
        "Lexmark MX711 version NH60.TU.N634 kernel 3.0.0 All-N-1",
        {"Lexmark MX711", "NH60.TU.N634"}
    );
    check(
        "printer/printers",
        "RICOH MP C3004ex 1.13 / RICOH Network Printer C model",
        {"RICOH MP C3004ex", "1.13"}
    );
}

TEST_CASE("an APC that speaks UPS-MIB too tells its output's frequency once", "[facts]")
{
    const std::string own = "1.3.6.1.4.1.318.1.1.1.4.3.2.0|66|499\n";
    const std::string standard = "1.3.6.1.2.1.33.1.4.2.0|2|500\n";
    CHECK(told(facts_by("apc/powernet", own), FactSection::sensors, "value") == "49.9");
    CHECK(told(facts_by("apc/powernet", own + standard), FactSection::sensors, "value") == "50");
}

TEST_CASE("a printer nobody knows has the model that its device has", "[facts]")
{
    const std::string host = "1.3.6.1.2.1.25.3.2.1.3.";
    const Facts printer = facts_by(
        "standard",
        host + "1|4|Acme Print 3000\n" + host + "2|4|Acme disk\n1.3.6.1.2.1.43.5.1.1.17.1|4|P-17\n"
    );
    CHECK(told(printer, FactSection::device, "model") == "Acme Print 3000");
    CHECK(told(printer, FactSection::device, "serial") == "P-17");
    // Of a host it is a queue.
    CHECK(
        told(facts_by("standard", host + "1|4|Acme Print 3000\n"), FactSection::device, "model") ==
        "-"
    );
    CHECK(profile_of("674.10898.10.80") == "printer/printers");
}

TEST_CASE("an ASA's model is its chassis's", "[facts]")
{
    const std::string entity = "1.3.6.1.2.1.47.1.1.1.1.";
    const Facts facts = facts_by(
        "cisco/ios",
        "1.3.6.1.2.1.1.1.0|4|Cisco Adaptive Security Appliance Version 9.12(4)\n" + entity +
            "5.1|2|3\n" + entity + "13.1|4|ASA5516\n"
    );
    CHECK(told(facts, FactSection::device, "model") == "ASA5516");
}

TEST_CASE("a neighbour's name is text, its address a MAC, whoever gives it", "[facts]")
{
    const auto neighbour = [](const std::string& id, std::string_view field) {
        const std::string row = "1.3.6.1.4.1.9.9.23.1.2.1.1.6.3.1|" + id + "\n";
        return told(facts_by("standard", row), FactSection::neighbours, field);
    };
    CHECK(neighbour("4|core.example.org", "chassis_id") == "core.example.org");
    CHECK(neighbour("4x|42fc726f2032", "system_name") == "B\xc3\xbcro 2");
    CHECK(neighbour("4x|00aabbccddee", "chassis_id") == "00:aa:bb:cc:dd:ee");
    CHECK(neighbour("4x|00aabbccddee", "system_name") == "00:aa:bb:cc:dd:ee");
}

} // namespace vendor_profiles_test
