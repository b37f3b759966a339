// A school of eight devices, one of which has a fault: every fault of the simulated fleet's table,
// each with what must become of the device, and with the others undisturbed in all of them.

#include "common/limits.hpp"
#include "tests/agent/poll/hostile_expectations.hpp"
#include "tests/agent/poll/school.hpp"
#include "tests/agent/poll/truth.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>
#include <set>

namespace hostile_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t sick = 3;
constexpr auto interval = 10s;

const Expectation* expected_of(std::string_view fault)
{
    const auto all = expectations();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Expectation& expectation) {
        return expectation.fault == fault;
    });
    return found == all.end() ? nullptr : &*found;
}

// Names are read every quarter of an hour.
bool shows_with_names(const Expectation& expected)
{
    return std::any_of(expected.findings.begin(), expected.findings.end(), is_harmless);
}

School::Setup setup_for(const Expectation& expected)
{
    School::Setup setup = expected.is_v3 ? School::speaking_v3() : School::Setup{};
    setup.no_ping = sick;
    return setup;
}

// The school, and whatever untruth was in a reading.
struct Watched {
    School school;
    Leeway leeway;
    MonoTime true_from; // counters have not restarted since
    std::vector<std::string> lies;

    explicit Watched(const Expectation& expected) : school(setup_for(expected))
    {
        school.on_reading = [this](std::size_t number, const School::Cycle& cycle) {
            if (cycle.began < true_from) return;
            const Leeway allowed = number == sick ? leeway : Leeway{};
            for (const std::string& lie : lies_in(cycle, school.device(number), allowed))
                lies.push_back("device " + std::to_string(number) + " " + lie);
        };
    }

    void set_fault(const Expectation& expected, bool is_on)
    {
        leeway = expected.leeway;
        true_from = school.now() + interval;
        school.set_fault(sick, *sim::find_fault(expected.fault), is_on);
    }
};

std::vector<School::Cycle> last_cycles(const School& school, std::chrono::seconds span)
{
    std::vector<School::Cycle> last;
    for (const School::Cycle& cycle : school.seen(sick).cycles)
        if (cycle.began >= school.now() - span) last.push_back(cycle);
    return last;
}

std::set<Anomaly> found_in(const std::vector<School::Cycle>& cycles)
{
    std::set<Anomaly> found;
    for (const School::Cycle& cycle : cycles)
        for (const Finding& finding : cycle.outcome.findings)
            found.insert(finding.what);
    return found;
}

void check_polls(const std::vector<School::Cycle>& cycles, const Expectation& expected)
{
    const auto whole = std::count_if(cycles.begin(), cycles.end(), [](const School::Cycle& cycle) {
        return cycle.is_whole;
    });
    CAPTURE(whole, cycles.size());
    if (expected.polls == Polls::whole) CHECK(whole == std::ssize(cycles));
    if (expected.polls == Polls::never) CHECK(whole == 0);
    if (expected.polls == Polls::partly) CHECK(whole * 2 > std::ssize(cycles));
}

void check_findings(const std::vector<School::Cycle>& cycles, const Expectation& expected)
{
    std::set<Anomaly> found = found_in(cycles);
    for (const Anomaly what : expected.findings) {
        CAPTURE(topic(what));
        CHECK(found.erase(what) == 1);
    }
    for (const Anomaly what : expected.chance)
        found.erase(what);
    for (const Anomaly what : found)
        FAIL_CHECK("unexpected: " << topic(what));
}

// Each names device, object and remedy, and there are not many.
void check_events(const School::Seen& seen, const Expectation& expected)
{
    static const std::regex designed{R"(sw-3 .*\d(\.\d+){6,}.*: .+)"};
    std::size_t anomalies_told = 0;
    bool is_failure_told = false;
    for (const Event& event : seen.events) {
        CAPTURE(event.kind, event.text);
        CHECK(event.device == "sw-3");
        CHECK(event.text.size() <= limits::event_text_bytes);
        if (event.kind == "poll_failed" && !expected.failure.empty())
            is_failure_told = event.text.find(expected.failure) != std::string::npos;
        if (event.kind != "anomaly") continue;
        ++anomalies_told;
        CHECK(std::regex_match(event.text, designed));
    }
    CHECK(anomalies_told >= expected.findings.size());
    CHECK(is_failure_told == !expected.failure.empty());
    CHECK(seen.events.size() <= AnomalyLog::notices_per_hour);
}

// What a device may cost, whatever it does.
void check_bounds(const School::Seen& seen)
{
    constexpr std::size_t probes = 100; // of liveness between two cycles
    constexpr std::size_t largest_datagram = 65'507;
    for (const School::Cycle& cycle : seen.cycles) {
        REQUIRE(cycle.requests <= limits::requests_per_cycle + probes);
        REQUIRE(cycle.octets <= limits::reply_bytes_per_cycle + largest_datagram);
        REQUIRE(cycle.outcome.duration <= limits::cycle_time + SnmpSettings{}.timeout);
    }
}

void check_bystanders(const School& school, std::chrono::seconds span)
{
    for (std::size_t number = 0; number < School::Setup{}.devices; ++number) {
        if (number == sick) continue;
        CAPTURE(number);
        const School::Seen& seen = school.seen(number);
        CHECK(std::ssize(seen.cycles) >= span / interval);
        CHECK(seen.events.empty());
        for (const School::Cycle& cycle : seen.cycles) {
            REQUIRE(cycle.is_whole);
            REQUIRE(cycle.outcome.findings.empty());
            REQUIRE(cycle.outcome.duration < 1s);
        }
        for (const Verdict& verdict : seen.verdicts)
            REQUIRE(verdict.state == State::up);
    }
}

void check_recovery(Watched& watched, const Expectation& expected)
{
    School& school = watched.school;
    watched.set_fault(expected, false);
    school.run_for(shows_with_names(expected) ? 20min : 10min);
    const School::Seen& seen = school.seen(sick);
    CHECK(last_cycles(school, 1min).size() == 6);
    CHECK(found_in(last_cycles(school, 1min)).empty());
    CHECK(seen.cycles.back().is_whole);
    CHECK_FALSE(school.is_down(sick));
    const auto told = [&](const char* kind) {
        return std::count_if(seen.events.begin(), seen.events.end(), [&](const Event& event) {
            return event.kind == kind;
        });
    };
    CHECK(told("anomaly") == told("anomaly_over"));
    CHECK(told("poll_failed") == told("poll_works"));
}

void check(Watched& watched, const Expectation& expected, std::chrono::seconds span)
{
    School& school = watched.school;
    static_cast<void>(school.take_peak());
    const std::size_t before = school.take_peak();

    school.run_for(span);

    const std::size_t peak = school.take_peak();
    CHECK(peak - before <= std::size_t{8} << 20);
    const School::Seen& seen = school.seen(sick);
    check_polls(last_cycles(school, span / 2), expected);
    check_findings(seen.cycles, expected);
    check_events(seen, expected);
    check_bounds(seen);
    check_bystanders(school, span);
    const bool is_chance = expected.leeway.everything;
    CHECK((is_chance || school.is_down(sick) == expected.is_down));
    const bool is_seldom = std::ssize(seen.cycles) <= 4;
    CHECK(is_seldom == expected.is_quarantined);
    check_recovery(watched, expected);
    check_bystanders(school, span);
    CAPTURE(watched.lies);
    CHECK(watched.lies.empty());
}

} // namespace

TEST_CASE("every fault of the fleet has an expectation, and each expectation a fault", "[hostile]")
{
    for (const sim::Fault& fault : sim::fault_table()) {
        CAPTURE(fault.name);
        CHECK(expected_of(fault.name) != nullptr);
    }
    CHECK(expectations().size() == sim::fault_table().size());
}

TEST_CASE("a device with a fault from the first moment", "[hostile]")
{
    for (const Expectation& expected : expectations()) {
        DYNAMIC_SECTION(expected.fault)
        {
            Watched watched{expected};
            watched.set_fault(expected, true);
            check(watched, expected, 5min);
        }
    }
}

TEST_CASE("a device that gets a fault while it is polled", "[hostile]")
{
    for (const Expectation& expected : expectations()) {
        if (!expected.is_seen_late) continue;
        DYNAMIC_SECTION(expected.fault)
        {
            Watched watched{expected};
            watched.school.run_for(1min);
            watched.school.forget();
            watched.set_fault(expected, true);
            check(watched, expected, shows_with_names(expected) ? 20min : 5min);
        }
    }
}

} // namespace hostile_test
