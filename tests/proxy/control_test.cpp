#include "tests/proxy/control.hpp"

#include <catch2/catch.hpp>

namespace proxy_control_test {

using namespace hallmonitor::proxy;
using namespace std::chrono_literals;

TEST_CASE("faults go on and off in the direction named", "[proxy]")
{
    Proxy proxy{1};

    CHECK(run_command(proxy, "fault up delay on 250", 0s) == R"({"ok":true})");
    CHECK(run_command(proxy, "fault both hold on", 0s) == R"({"ok":true})");
    CHECK(proxy.up().faults.argument(FaultKind::delay) == 250);
    CHECK(!proxy.down().faults.is_on(FaultKind::delay));
    CHECK(proxy.down().faults.is_on(FaultKind::hold));
    CHECK(run_command(proxy, "fault down hold off", 0s) == R"({"ok":true})");
    CHECK(!proxy.down().faults.is_on(FaultKind::hold));
    CHECK(proxy.up().faults.is_on(FaultKind::hold));
    CHECK(run_command(proxy, "clear", 0s) == R"({"ok":true})");
    CHECK(!proxy.up().faults.is_on(FaultKind::hold));
}

TEST_CASE("what has happened is told", "[proxy]")
{
    Proxy proxy{1};
    proxy.up().taken = 5;
    proxy.down().flipped = 2;
    run_command(proxy, "fault up throttle on", 0s);

    CHECK(
        run_command(proxy, "stats", 0s) ==
        R"({"ok":true,"accepted":0,"silent":0,"refused":0,"open":0,"reset":0,"half_closed":0,)"
        R"("up":{"taken":5,"carried":0,"lost":0,"flipped":0,"faults":{"throttle":2000}},)"
        R"("down":{"taken":0,"carried":0,"lost":0,"flipped":2,"faults":{}}})"
    );
}

TEST_CASE("a schedule begins from a command, and tells its steps", "[proxy]")
{
    Proxy proxy{9};

    CHECK(run_command(proxy, "schedule 2000", 0s) == R"({"ok":true,"seed":9})");
    CHECK(run_command(proxy, "schedule 2000 4", 0s) == R"({"ok":true,"seed":4})");
    CHECK(proxy.next_at() == Instant{0});
    CHECK(
        describe({.fault = find_fault("hold"), .side = Side::down, .argument = 0}, 1500ms) ==
        R"({"at_ms":1500,"side":"down","fault":"hold","on":true,"argument":0})"
    );
    CHECK(
        describe({.fault = find_fault("hold"), .side = Side::both, .argument = {}}, 2s) ==
        R"({"at_ms":2000,"side":"both","fault":"hold","on":false})"
    );
}

TEST_CASE("commands that cannot be carried out say why", "[proxy]")
{
    Proxy proxy{1};
    const auto fault_of = [&](std::string_view line) { return run_command(proxy, line, 0s); };

    CHECK(fault_of("") == R"({"ok":false,"error":"an empty line; ask 'help'"})");
    CHECK(fault_of("fly") == R"({"ok":false,"error":"unknown command; ask 'help'"})");
    CHECK(
        fault_of("fault up") ==
        R"({"ok":false,"error":"usage: fault up|down|both NAME on|off [ARGUMENT]"})"
    );
    CHECK(fault_of("fault left hold on") == R"({"ok":false,"error":"expected up, down or both"})");
    CHECK(fault_of("fault up rain on") == R"({"ok":false,"error":"no such fault; ask 'faults'"})");
    CHECK(fault_of("fault up hold maybe") == R"({"ok":false,"error":"expected on or off"})");
    CHECK(
        fault_of("fault up delay on -1") ==
        R"({"ok":false,"error":"not a number from 0 to 2^40: -1"})"
    );
    CHECK(fault_of("schedule 0") == R"({"ok":false,"error":"usage: schedule PERIOD_MS [SEED]"})");
    CHECK(fault_of("help").find("schedule PERIOD_MS") != std::string::npos);
    CHECK(fault_of("faults").find(R"({"name":"byte-at-a-time")") != std::string::npos);
}

} // namespace proxy_control_test
