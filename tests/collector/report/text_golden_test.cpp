// What people read, word for word. UPDATE_GOLDEN=1 in the environment writes the files anew; read
// them before committing.

#include "collector/report/documents.hpp"
#include "collector/report/text.hpp"
#include "tests/collector/fleet.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace text_golden_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

const TextOptions plain{.zone = [](WallTime) { return 1h; }};

/// A school with a switch whose uplink fails, one that is down, one that pings only; a school whose
/// agent is silent.
std::shared_ptr<const Snapshot> bad_night()
{
    auto core = make_device(
        "lincoln",
        "sw-core",
        State::up,
        {{.key = "Gi1/0/1", .alias = "room 12", .received_per_second = 1'234},
         {.key = "Gi1/0/2", .alias = "room 13", .oper = OperStatus::down},
         {.key = "Te1/1/1",
          .alias = "uplink to district",
          .watched = true,
          .speed = 10'000'000'000,
          .received_per_second = 625'000'000,
          .sent_per_second = 12'500'000},
         {.key = "Te1/1/2",
          .alias = "uplink to library",
          .watched = true,
          .oper = OperStatus::down,
          .speed = 0}}
    );
    auto library = make_device("lincoln", "sw-library", State::down, {});
    library.state_since = now - 14min;
    library.timeline =
        make_timeline({{now - 20h, now - 14min, State::up}, {now - 14min, now - 5s, State::down}});
    auto gym = make_device("lincoln", "sw-gym", State::up, {});
    gym.snmp_up = false;
    gym.ping_up = true;
    gym.timeline = make_timeline(
        {{now - 20h, now - 15h, State::up},
         {now - 15h, now - 14h - 30min, State::down},
         {now - 12h, now - 5s, State::up}}
    );
    gym.facts = make_facts({
        {.key = "inventory/entPhysicalTable.3",
         .attributes = {{Attribute::name, "Power Supply 2"}},
         .values = {{"status", "critical"}}},
    });
    auto office = make_device("roosevelt", "sw-office", State::up, {});
    office.evidence_at = now - 3h;
    office.timeline = make_timeline({{now - 4h, now - 3h, State::up}});
    auto good = make_agent("lincoln", "box-1");
    good.history = {.newest = now - 2h, .batches = 7};
    good.vitals[Metric::agent_spool_segments] = 5;
    auto silent = make_agent("roosevelt", "box-2");
    silent.connected = false;
    silent.heard_at = now - 3h;
    silent.live.newest = now - 3h;
    silent.clock_skew = -42s;
    return make_snapshot({core, library, gym, office}, {good, silent});
}

const ReportOptions last_day{.from = now - 24h, .to = now};

void check_golden(const std::string& name, const std::string& text)
{
    const std::string file = HALLMONITOR_SOURCE_DIR "/tests/golden/report/" + name + ".txt";
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream{file} << text;
    std::ifstream in{file};
    std::ostringstream expected;
    expected << in.rdbuf();
    CHECK(text == expected.str());
}

} // namespace

TEST_CASE("status begins with what is wrong", "[report]")
{
    check_golden("status", status_text(devices_document(*bad_night(), std::nullopt), plain));
}

TEST_CASE("status --all shows every interface", "[report]")
{
    TextOptions all = plain;
    all.all = true;

    check_golden("status-all", status_text(devices_document(*bad_night(), "lincoln"), all));
}

TEST_CASE("report says what is known and how well", "[report]")
{
    check_golden("report", report_text(report_document(*bad_night(), last_day), plain));
}

TEST_CASE("outages tells apart what ended, what lasts and what nobody saw end", "[report]")
{
    check_golden("outages", outages_text(outages_document(*bad_night(), last_day), plain));
}

TEST_CASE("agents says what to do about each", "[report]")
{
    check_golden("agents", agents_text(agents_document(*bad_night(), std::nullopt), plain));
}

TEST_CASE("a fleet that was not seen yet is said to be so", "[report]")
{
    const auto nothing = make_snapshot({});

    check_golden(
        "nothing",
        status_text(devices_document(*nothing, std::nullopt), plain) + "---\n" +
            report_text(report_document(*nothing, last_day), plain) + "---\n" +
            outages_text(outages_document(*nothing, last_day), plain) + "---\n" +
            agents_text(agents_document(*nothing, std::nullopt), plain)
    );
}

TEST_CASE("texts of a document from another version are poor, but texts", "[report]")
{
    const boost::json::value strange{{"devices", {1, "x", {{"interfaces", 3}}}}, {"objects", {{}}}};

    CHECK_FALSE(status_text(strange, plain).empty());
    CHECK_FALSE(report_text(strange, plain).empty());
    CHECK_FALSE(outages_text(strange, plain).empty());
    CHECK_FALSE(agents_text(strange, plain).empty());
}

} // namespace text_golden_test
