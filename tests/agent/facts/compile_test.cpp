#include "agent/facts/compile.hpp"
#include "agent/facts/profile_reader.hpp"

#include <catch2/catch.hpp>

namespace compile_test {

using namespace hallmonitor::agent;
using Names = std::vector<std::string>;

namespace {

MibObject column(const std::string& name, std::uint32_t number)
{
    return {.name = name, .oid = Oid{1, 3, 6, 1, 4, 1, 99'999, 5, 1, number}, .syntax = "INTEGER"};
}

MibModules small_mib()
{
    MibModules mib{.names = {"ACME-MIB"}};
    mib.scalars.push_back(
        {.name = "acmeLoad",
         .oid = Oid{1, 3, 6, 1, 4, 1, 99'999, 1},
         .syntax = "Gauge32",
         .units = "percent: 0..100 # rounded"}
    );
    MibTable fans{
        .name = "acmeFanTable",
        .entry_name = "acmeFanEntry",
        .entry = Oid{1, 3, 6, 1, 4, 1, 99'999, 5, 1},
        .index = {"acmeFanIndex"},
        .columns = {column("acmeFanState", 2), column("acmeFanstate", 3), column("otherName", 4)},
    };
    fans.columns[0].words = {{-1, "gone"}, {1, "ok"}};
    mib.tables.push_back(std::move(fans));
    return mib;
}

} // namespace

TEST_CASE("modules of a MIB file are found by their heads", "[facts]")
{
    CHECK(modules_in("-- text\nA-MIB DEFINITIONS ::= BEGIN\nEND\n") == Names{"A-MIB"});
    CHECK(
        modules_in("A DEFINITIONS::=BEGIN END\nB-2 { iso 3 }\nDEFINITIONS ::= BEGIN END") ==
        Names{"A", "B-2"}
    );
    CHECK(modules_in("no module, 7 DEFINITIONS").empty());
    CHECK(modules_in("DEFINITIONS").empty());
    CHECK(modules_in("").empty());
}

TEST_CASE("columns are named without their table's prefix, in small letters", "[facts]")
{
    CHECK(column_name("acmeFanDescr", "acmeFan") == "descr");
    CHECK(column_name("acmeFanSpeedRPM", "acmeFan") == "speed_rpm");
    CHECK(column_name("ifHCInOctets", "x") == "if_hc_in_octets");
    CHECK(column_name("cpuLoad5min", "cpu") == "load5min");
    CHECK(column_name("cpuLoad-5Min", "cpu") == "load_5_min");
    CHECK(column_name("acmeFan", "acmeFan") == "acme_fan");
    CHECK(column_name("acmeFans", "acmeFan") == "acme_fans");
}

TEST_CASE("a draft is a profile that reads all there is", "[facts]")
{
    const std::string draft = draft_profile(small_mib());
    INFO(draft);

    const auto loaded = read_profile(draft, "draft.yaml", "draft");

    REQUIRE(loaded.config);
    const Profile& profile = *loaded.config;
    CHECK(profile.title == "ACME-MIB");
    REQUIRE(profile.extends.size() == 1);
    CHECK(profile.extends[0].name == "standard");
    REQUIRE(profile.scalars.size() == 1);
    CHECK(profile.scalars[0].name == "acmeLoad");
    REQUIRE(profile.tables.size() == 1);
    CHECK(profile.tables[0].entry == Oid{1, 3, 6, 1, 4, 1, 99'999, 5, 1});
    using Columns = std::vector<std::pair<std::string, std::uint32_t>>;
    CHECK(
        profile.tables[0].columns == Columns{{"state", 2}, {"acme_fanstate", 3}, {"other_name", 4}}
    );
    CHECK(draft.find("#       FIELD: {column: state, enum: {-1: gone, 1: ok}}") != draft.npos);
    CHECK(draft.find("sys_object_id: [1.3.6.1.4.1.99999]") != draft.npos);
}

} // namespace compile_test
