#include "collector/expose/ifmib_writer.hpp"
#include "tests/collector/expose/page_parser.hpp"
#include "tests/collector/fleet.hpp"

#include <catch2/catch.hpp>

namespace ifmib_writer_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

ParsedPage page_of(const DeviceView& device)
{
    IfMibPage page{make_snapshot({device}), std::nullopt};
    std::string text;
    while (page(text)) {
    }
    auto parsed = parse_page(text);
    REQUIRE(parsed.problem.empty());
    return parsed;
}

const LabelSet labels{
    {"site", "lincoln"},
    {"instance", "sw-1"},
    {"ifIndex", "1"},
    {"ifName", "Gi0/1"},
    {"ifDescr", ""},
    {"ifAlias", "to core"}};

DeviceView one_switch()
{
    return make_device(
        "lincoln", "sw-1", State::up, {{.key = "Gi0/1", .alias = "to core", .received = 1'000}}
    );
}

} // namespace

TEST_CASE("raw readings stand under the MIB's names", "[expose]")
{
    const auto page = page_of(one_switch());

    CHECK(page.value("ifHCInOctets", labels) == 1'007);
    CHECK(page.value("ifOperStatus", labels) == 1);
    CHECK(page.value("ifHighSpeed", labels) == 1'000);
    CHECK(page.of("ifInOctets").empty());
}

TEST_CASE("a device that counts in 32 bits has the names without HC", "[expose]")
{
    auto device = one_switch();
    auto interfaces = *device.interfaces;
    auto table = *interfaces.definition;
    table.rows[0].wide_columns = 0;
    interfaces.definition = std::make_shared<const TableDefinition>(table);
    device.interfaces = std::make_shared<const InterfaceTable>(interfaces);

    const auto page = page_of(device);

    CHECK(page.value("ifInOctets", labels) == 1'007);
    CHECK(page.of("ifHCInOctets").empty());
}

TEST_CASE("a device that was not read lately is not on the raw page", "[expose]")
{
    auto device = one_switch();
    read_last(device, 151s);

    CHECK(page_of(device).samples.empty());
}

} // namespace ifmib_writer_test
