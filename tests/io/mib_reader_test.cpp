// MIB files through net-snmp's own parser: small modules of our own.

#include "agent/io/mib_reader.hpp"
#include "tests/io/folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace mib_reader_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

const std::string mibs = HALLMONITOR_SOURCE_DIR "/tests/data/mibs";

std::string written(const test::Folder& folder, const std::string& text)
{
    std::string file = folder.path() + "/module.txt";
    std::ofstream{file} << text;
    return file;
}

// Each has its own name: the parser reads a module once.
std::string module_file(
    const test::Folder& folder, const std::string& name, const std::string& body
)
{
    return written(folder, name + " DEFINITIONS ::= BEGIN\n" + body + "\nEND\n");
}

} // namespace

TEST_CASE("scalars, tables, columns, units and enumerations come out of a MIB", "[mib]")
{
    const auto read = read_mibs({mibs + "/ACME-MIB.txt"}, {});

    for (const ConfigError& error : read.errors)
        FAIL_CHECK(to_string(error));
    REQUIRE(read.config);
    const MibModules& mib = *read.config;
    CHECK(mib.names == std::vector<std::string>{"ACME-MIB"});
    REQUIRE(mib.scalars.size() == 2);
    CHECK(mib.scalars[1].name == "acmeCpuLoad");
    CHECK(mib.scalars[1].oid.to_string() == "1.3.6.1.4.1.99999.2.2");
    CHECK(mib.scalars[1].units == "percent");
    REQUIRE(mib.tables.size() == 1);
    const MibTable& fans = mib.tables[0];
    CHECK(fans.name == "acmeFanTable");
    CHECK(fans.entry.to_string() == "1.3.6.1.4.1.99999.2.5.1");
    CHECK(fans.index == std::vector<std::string>{"acmeFanIndex"});
    // The index itself cannot be read.
    REQUIRE(fans.columns.size() == 3);
    CHECK(fans.columns[0].syntax == "text");
    using Words = std::vector<std::pair<std::int64_t, std::string>>;
    CHECK(fans.columns[2].words == Words{{1, "ok"}, {2, "slow"}, {3, "stopped"}});
}

TEST_CASE("a module that is nowhere is told by file and line, with what to do", "[mib]")
{
    const test::Folder folder;
    const std::string file =
        module_file(folder, "LOST-MIB", "IMPORTS enterprises FROM NOWHERE-MIB;");

    const auto read = read_mibs({file}, {mibs});

    CHECK_FALSE(read.config);
    REQUIRE_FALSE(read.errors.empty());
    CHECK(
        to_string(read.errors[0]) ==
        file + ":2:1: the module NOWHERE-MIB is not there: put its file into a folder, and name "
               "that by -M"
    );
}

TEST_CASE("what stands in a module that is nowhere is left out, and the rest drafted", "[mib]")
{
    const test::Folder folder;
    const std::string file = module_file(
        folder,
        "HALF-MIB",
        "IMPORTS OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI\n"
        "BoxLabel FROM BOX-TC-MIB boxProducts FROM BOX-MIB;\n"
        "half OBJECT IDENTIFIER ::= { enterprises 99999 7 }\n"
        "halfLoad OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current\n"
        "    DESCRIPTION \"x\" ::= { half 1 }\n"
        "halfLabel OBJECT-TYPE SYNTAX BoxLabel MAX-ACCESS read-only STATUS current\n"
        "    DESCRIPTION \"x\" ::= { half 2 }\n"
        "halfProduct OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current\n"
        "    DESCRIPTION \"x\" ::= { boxProducts 3 }"
    );

    const auto read = read_mibs({file}, {mibs});

    REQUIRE(read.errors.empty());
    REQUIRE(read.config);
    REQUIRE(read.config->scalars.size() == 1);
    CHECK(read.config->scalars[0].oid.to_string() == "1.3.6.1.4.1.99999.7.1");
    std::string all;
    for (const std::string& missing : read.config->missing)
        all += missing + "\n";
    CHECK_THAT(all, Catch::Contains(file + ":3:1: the module BOX-TC-MIB is not there: put its"));
    CHECK_THAT(all, Catch::Contains("the module BOX-MIB is not there"));
    CHECK_THAT(all, Catch::Contains("halfProduct is left out: where 'boxProducts' lies is not"));
    CHECK_THAT(all, !Catch::Contains("#-1"));
    CHECK_THAT(all, Catch::Contains("halfLabel is left out: what its syntax is"));
    CHECK_THAT(draft_profile(*read.config), Catch::Contains("#   " + read.config->missing[0]));
}

TEST_CASE("a fault in a MIB is told by file and line", "[mib]")
{
    const test::Folder folder;
    const std::string file = module_file(
        folder,
        "BROKEN-MIB",
        "IMPORTS enterprises FROM SNMPv2-SMI;\nx OBJECT-TYPE\n    SYNTAX INTEGER { on(1 }\n"
        "    ::= { enterprises 1 }"
    );

    const auto read = read_mibs({file}, {mibs});

    CHECK_FALSE(read.config);
    REQUIRE_FALSE(read.errors.empty());
    CHECK(to_string(read.errors[0]).starts_with(file + ":4:"));
}

TEST_CASE("a file that is none, or no MIB, is told", "[mib]")
{
    const test::Folder folder;

    const auto read = read_mibs({mibs + "/NONE.txt", written(folder, "no module")}, {});

    CHECK_FALSE(read.config);
    REQUIRE(read.errors.size() == 2);
    CHECK(read.errors[0].message.starts_with("cannot read the MIB: "));
    CHECK(read.errors[1].message.starts_with("has no MIB module"));
}

} // namespace mib_reader_test
