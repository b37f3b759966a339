#include "tests/sim/control.hpp"
#include "tests/sim/dialogue.hpp"
#include "tests/sim/schedule.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace schedule_test {

using namespace hallmonitor::sim;
using namespace std::chrono_literals;

namespace {

Moment at(Instant now)
{
    return {.now = now, .wall_ms = 1'000'000 + now.count() / 1000};
}

/// Three access switches, a UPS and a recording.
struct Fixture {
    Fixture()
    {
        fleet.add(
            {.first = {.ip = 1, .port = 161}, .devices = 3, .kind = find_kind("access"), .ports = 8}
        );
        fleet.add({.first = {.ip = 11, .port = 161}, .kind = find_kind("ups")});
        fleet.add(
            {.first = {.ip = 21, .port = 161}, .recording_name = "r", .recording = "1.3.6.1|4|x"}
        );
        fleet.connect();
    }

    [[nodiscard]] Device& device(std::size_t number) const
    {
        return fleet.members()[number]->device;
    }
    std::string run(std::string_view line, Instant now)
    {
        return run_command(fleet, line, at(now));
    }

    Fleet fleet{1, "public", usual_reply};
};

/// The history of a fleet in chaos, which is looked at every `step`.
std::vector<std::string> history_of(std::uint64_t seed, Instant step, Instant until = 20min)
{
    Fixture fixture;
    fixture.run("chaos " + std::to_string(seed), 0s);
    for (Instant now{0}; now <= until; now += step) {
        run_due(fixture.fleet, at(now));
    }
    std::vector<std::string> lines;
    for (const auto& order : fixture.fleet.schedule().history()) {
        lines.push_back(std::to_string(order.at.count()) + ' ' + order.line + order.error);
    }
    return lines;
}

} // namespace

TEST_CASE(
    "orders of a schedule are carried out at their moments, in the order of the file", "[sim]"
)
{
    Fixture fixture;

    const auto faults = fixture.fleet.schedule().add_lines("# a comment\n"
                                                           "\n"
                                                           "at 30 fault 2 silence on\n"
                                                           "  at 60.25   fault 2   silence off\r\n"
                                                           "at 60.25 reboot 1 2000\n"
                                                           "at 90 link 0 Gi1/0/1 down");

    CHECK(faults.empty());
    CHECK(fixture.fleet.schedule().next() == 30s);
    run_due(fixture.fleet, at(29s));
    CHECK(fixture.device(2).faults().empty());
    run_due(fixture.fleet, at(31s));
    CHECK(fixture.device(2).faults().size() == 1);
    run_due(fixture.fleet, at(100s));
    CHECK(fixture.device(2).faults().empty());
    CHECK(fixture.device(1).model().uptime(63s) == 75); // dated by the schedule, not by its reader
    CHECK(fixture.device(0).model().ports()[0].changed_at == 90s);
    REQUIRE(fixture.fleet.schedule().history().size() == 4);
    CHECK(fixture.fleet.schedule().history()[1].line == "fault 2   silence off");
    CHECK_FALSE(fixture.fleet.schedule().next());
}

TEST_CASE("bad lines of a schedule are told with their number", "[sim]")
{
    Schedule schedule;

    const auto faults =
        schedule.add_lines("at 1 stats\nfault 3 silence on\nat x stats\nat 5\nat 1.2345678 stats");

    CHECK(
        faults ==
        std::vector<std::string>{
            "2: is not 'at SECONDS COMMAND'",
            "3: is not 'at SECONDS COMMAND'",
            "4: is not 'at SECONDS COMMAND'",
            "5: is not 'at SECONDS COMMAND'"}
    );
    CHECK(schedule.next() == 1s);
}

TEST_CASE("an order that fails is in the history with what was wrong", "[sim]")
{
    Fixture fixture;
    fixture.run("in 5 fault 0 gloom on", 10s);

    const auto answer = fixture.run("history", 20s);

    CHECK(
        answer ==
        R"({"ok":true,"chaos":false,"orders":[{"at_us":15000000,"at_ms":1015000,"origin":"schedule",)"
        R"("line":"fault 0 gloom on","error":"no such fault; ask 'faults'"}]})"
    );
}

TEST_CASE("questions leave no trace in the history, orders do", "[sim]")
{
    Fixture fixture;

    fixture.run("served 0", 1s);
    fixture.run("silence 0 on", 2s);
    fixture.run("stats", 3s);

    REQUIRE(fixture.fleet.schedule().history().size() == 1);
    CHECK(fixture.fleet.schedule().history()[0].line == "silence 0 on");
    CHECK(fixture.fleet.schedule().history()[0].origin == "command");
}

TEST_CASE("one seed makes one chaos, however often it is looked at", "[sim]")
{
    const auto seven = history_of(7, 1s);

    CHECK(seven.size() > 100);
    CHECK(seven == history_of(7, 1s));
    CHECK(seven == history_of(7, 1min));
    CHECK(seven != history_of(8, 1s));
    CHECK(std::none_of(seven.begin(), seven.end(), [](const std::string& line) {
        return line.find("no such") != std::string::npos;
    }));
}

TEST_CASE("chaos brings all sorts of trouble", "[sim]")
{
    const auto lines = history_of(7, 1min, 5h);
    const auto has = [&](std::string_view what) {
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find(what) != std::string::npos;
        });
    };

    CHECK(has(" fault 0 "));
    CHECK(has(" reboot 1 "));
    CHECK(has(" renumber 2"));
    CHECK(has(" link 0 Gi1/0/"));
    CHECK(has(" set 3 on-battery failed"));
    CHECK(has(" fault 4 "));
    CHECK_FALSE(has(" renumber 3"));
}

TEST_CASE("chaos that ends leaves no trouble behind", "[sim]")
{
    Fixture fixture;
    fixture.run("chaos 5 10 600", 0s);
    for (int second = 0; second < 300; ++second) {
        run_due(fixture.fleet, at(std::chrono::seconds{second}));
    }
    const auto troubled = std::count_if(
        fixture.fleet.members().begin(),
        fixture.fleet.members().end(),
        [](const auto& member) { return !member->device.faults().empty(); }
    );
    REQUIRE(troubled > 0);

    CHECK(fixture.run("chaos off", 300s) == R"({"ok":true})");

    const auto quiet = fixture.run("trouble all", 301s);
    CHECK(quiet.find("fault\":") == std::string::npos);
    CHECK(quiet.find("links_down\":[\"") == std::string::npos);
    CHECK(quiet.find("\"signal\":") == std::string::npos);
    CHECK_FALSE(fixture.fleet.schedule().next());
}

TEST_CASE("what is wrong with a device now is told, with since when", "[sim]")
{
    Fixture fixture;
    fixture.run("fault 0 delay on 250", 10s);
    fixture.run("link 0 Gi1/0/2 down", 11s);
    fixture.run("reboot 1 60000", 12s);
    fixture.run("set 3 on-battery failed", 13s);

    CHECK(
        fixture.run("trouble 0", 20s)
            .find(R"("away":false,"faults":[{"fault":"delay","argument":250,"since_ms":1010000}],)"
                  R"("links_down":["Gi1/0/2"],"signals":[]})") != std::string::npos
    );
    CHECK(fixture.run("trouble 1", 20s).find(R"("away":true,)") != std::string::npos);
    CHECK(
        fixture.run("trouble 3", 20s)
            .find(R"("signals":[{"signal":"on-battery","value":1,"since_ms":1013000}])") !=
        std::string::npos
    );
}

} // namespace schedule_test
