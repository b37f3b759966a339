#include "agent/poll/liveness.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace liveness_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

constexpr MonoTime start{1'000s};
constexpr auto tick_length = 50ms;

using Answers = std::function<bool(const Probe&, MonoTime)>;

// Runs the ticks of a span of time; `answers` says which probes come back, 10 ms later.
std::vector<Verdict> run(Liveness& liveness, MonoTime from, MonoTime to, const Answers& answers)
{
    std::vector<Verdict> all;
    for (MonoTime now = from; now < to; now = now + tick_length) {
        for (const Probe& probe : liveness.tick(now)) {
            if (!answers(probe, now)) continue;
            if (probe.kind == ProbeKind::ping) {
                liveness.ping_answered(probe.device, probe.sequence, now + 10ms);
            } else {
                liveness.answered(probe.device, now + 10ms);
            }
        }
        for (const Verdict& verdict : liveness.take_verdicts())
            all.push_back(verdict);
    }
    return all;
}

const Answers always = [](const Probe&, MonoTime) { return true; };
const Answers never = [](const Probe&, MonoTime) { return false; };

} // namespace

TEST_CASE("a live device costs one packet a check and is up at each", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {}, true, true, start);
    unsigned packets = 0;

    const auto verdicts = run(liveness, start, start + 100s, [&](const Probe&, MonoTime) {
        ++packets;
        return true;
    });

    CHECK(packets >= 10);
    CHECK(packets <= 12);
    CHECK(verdicts.size() == packets);
    CHECK(verdicts.back().state == State::up);
    CHECK(verdicts.back().ping_up == true);
    CHECK(verdicts.back().rtt == 10ms);
}

TEST_CASE("a dead device is down within 25 s, dated back to the first miss", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {}, true, true, start);
    const auto before = run(liveness, start, start + 60s, always);
    const MonoTime last_answer = before.back().at;

    const auto verdicts = run(liveness, start + 60s, start + 100s, never);

    REQUIRE(!verdicts.empty());
    CHECK(verdicts.front().state == State::down);
    CHECK(verdicts.front().at - last_answer < 25s);
    CHECK(verdicts.front().since > last_answer);
    CHECK(verdicts.front().since - last_answer <= 10s + tick_length);
    CHECK(liveness.is_down(0));
}

TEST_CASE("while it is down each failed check says so again", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {}, true, false, start);
    static_cast<void>(run(liveness, start, start + 60s, always));
    const auto verdicts = run(liveness, start + 60s, start + 160s, never);

    CHECK(verdicts.size() >= 7);
    CHECK(verdicts.back().since == verdicts.front().since);
    CHECK(verdicts.back().at > start + 140s);
}

TEST_CASE("recovery is seen at the next answer", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {}, true, true, start);
    static_cast<void>(run(liveness, start, start + 60s, never));
    REQUIRE(liveness.is_down(0));

    const auto verdicts = run(liveness, start + 60s, start + 75s, always);

    REQUIRE(!verdicts.empty());
    CHECK(verdicts.front().state == State::up);
    CHECK(verdicts.front().since == verdicts.front().at);
    CHECK(verdicts.front().at - (start + 60s) <= 11s);
}

TEST_CASE("a few lost packets say nothing at all", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {}, true, true, start);
    unsigned probes = 0;

    const auto verdicts = run(liveness, start, start + 300s, [&](const Probe&, MonoTime) {
        return ++probes % 6 == 0; // five in a row lost, again and again
    });

    for (const Verdict& verdict : verdicts)
        CHECK(verdict.state == State::up);
}

TEST_CASE("a device that answers only SNMP is up without ping", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {}, true, true, start);
    unsigned packets = 0;

    const auto verdicts = run(liveness, start, start + 100s, [&](const Probe& probe, MonoTime) {
        ++packets;
        return probe.kind == ProbeKind::snmp;
    });

    CHECK(verdicts.back().state == State::up);
    CHECK(packets <= 14);
    // The first check waited for a ping, the others had no need to.
    CHECK(verdicts.front().ping_up == false);
    CHECK_FALSE(verdicts.back().ping_up);
}

TEST_CASE("a reply to polling ends an outage but is not told while up", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {}, true, true, start);
    static_cast<void>(run(liveness, start, start + 60s, never));

    liveness.answered(0, start + 61s);
    liveness.answered(0, start + 61s);

    const auto verdicts = liveness.take_verdicts();
    REQUIRE(verdicts.size() == 1);
    CHECK(verdicts.front().state == State::up);
}

TEST_CASE("with 1 s checks a dead device is down within 3 s", "[poll]")
{
    Liveness liveness;
    liveness.add(0, {.interval = 1s}, true, true, start);
    const auto before = run(liveness, start, start + 20s, always);

    const auto verdicts = run(liveness, start + 20s, start + 30s, never);

    REQUIRE(!verdicts.empty());
    CHECK(verdicts.front().at - before.back().at <= 3s + 4 * tick_length);
}

} // namespace liveness_test
