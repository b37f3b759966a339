#include "agent/facts/poe_ports.hpp"

#include <catch2/catch.hpp>

namespace poe_ports_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

Interface ethernet(std::uint32_t if_index, const std::string& name)
{
    Interface one;
    one.names.if_index = if_index;
    one.names.name = name;
    one.type = 6;
    return one;
}

/// `count` ports named behind `prefix` from `first` on, the first one with that ifIndex.
std::vector<Interface> family(
    const std::string& prefix, std::uint32_t first, std::uint32_t count, std::uint32_t if_index
)
{
    std::vector<Interface> all;
    for (std::uint32_t port = 0; port < count; ++port)
        all.push_back(ethernet(if_index + port, prefix + std::to_string(first + port)));
    return all;
}

std::vector<Interface> joined(std::vector<Interface> one, const std::vector<Interface>& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

std::vector<FactRow> group(std::uint32_t number, std::uint32_t first, std::uint32_t count)
{
    std::vector<FactRow> rows;
    for (std::uint32_t port = first; port < first + count; ++port) {
        FactRow row{.source = "pethPsePortTable", .index = {}, .id = {}, .values = {}};
        row.index = std::to_string(number) + "." + std::to_string(port);
        row.values.resize(info_of(FactSection::poe_ports).fields.size());
        rows.push_back(row);
    }
    return rows;
}

/// The ifIndex of each row, 0 where it is not said.
std::vector<std::uint32_t> found(
    std::vector<FactRow> rows, const std::vector<Interface>& interfaces
)
{
    find_poe_ports(rows, interfaces);
    std::vector<std::uint32_t> all;
    for (const FactRow& row : rows) {
        const auto number = number_of(Facts::value(FactSection::poe_ports, row, "if_index"));
        all.push_back(static_cast<std::uint32_t>(number.value_or(0)));
    }
    return all;
}

const std::vector<std::uint32_t> nothing(4, 0);

} // namespace

TEST_CASE("PoE ports of one switch are those of its only ports with these numbers", "[facts]")
{
    const auto copper = family("Gi1/0/", 1, 24, 10'101);
    const auto uplinks = family("Te1/1/", 1, 2, 10'201);

    const auto all = found(group(1, 1, 24), joined(copper, uplinks));

    CHECK(all.front() == 10'101);
    CHECK(all.back() == 10'124);
    // Not all of its ports feed.
    CHECK(found(group(1, 5, 4), joined(copper, uplinks)).front() == 10'105);
    CHECK(found(group(3, 1, 4), family("swp", 1, 8, 2)).back() == 5);
}

TEST_CASE("PoE ports that two rows of ports may be are none", "[facts]")
{
    const auto copper = family("gi", 1, 24, 1);
    CHECK(found(group(1, 1, 4), joined(copper, family("te", 1, 4, 25))) == nothing);
    CHECK(found(group(1, 1, 4), family("ge-0/0/", 0, 24, 500)) == nothing);
    CHECK(found(group(1, 22, 4), family("Gi0/", 1, 24, 500)) == nothing);
    CHECK(found(group(1, 1, 4), {}) == nothing);
}

TEST_CASE("groups of a stack are its slots only where they are numbered alike", "[facts]")
{
    const auto stack = joined(family("Gi1/0/", 1, 4, 101), family("Gi2/0/", 1, 4, 201));
    auto rows = group(1, 1, 4);
    const auto second = group(2, 1, 4);
    rows.insert(rows.end(), second.begin(), second.end());
    CHECK(found(rows, stack) == std::vector<std::uint32_t>{101, 102, 103, 104, 201, 202, 203, 204});

    // A third member that feeds nobody: which two are meant?
    CHECK(found(rows, joined(stack, family("Gi3/0/", 1, 4, 301)))[0] == 0);
    // One group, and two members that it may be.
    CHECK(found(group(1, 1, 4), stack) == nothing);
    for (FactRow& row : rows)
        row.index = (row.index[0] == '1' ? "4" : "7") + row.index.substr(1);
    CHECK(found(rows, stack)[0] == 0);
}

TEST_CASE(
    "PoE ports numbered by ifIndex are known where all Ethernet ports are among them", "[facts]"
)
{
    const auto ports = family("gi", 1, 4, 49);
    CHECK(found(group(1, 49, 4), ports) == std::vector<std::uint32_t>{49, 50, 51, 52});

    CHECK(found(group(1, 49, 4), joined(ports, {ethernet(53, "oob")})) == nothing);
}

TEST_CASE("PoE ports of which names and numbers say different things are none", "[facts]")
{
    const std::vector<Interface> crossed{
        ethernet(1, "p4"), ethernet(2, "p3"), ethernet(3, "p2"), ethernet(4, "p1")};

    CHECK(found(group(1, 1, 4), crossed) == nothing);
}

TEST_CASE("what the vendor says of its PoE ports stands", "[facts]")
{
    auto rows = group(1, 1, 4);
    const auto place = field_named(FactSection::poe_ports, "if_index").value();
    rows[2].values[place] = 7.0;

    CHECK(found(rows, family("gi", 1, 4, 1)) == std::vector<std::uint32_t>{0, 0, 7, 0});
}

} // namespace poe_ports_test
