// What liveness promises on bad lines (D2), as figures: a million checks of living devices at 30 %
// loss each way, and a thousand deaths at 1 %.

#include "agent/poll/liveness.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace liveness_loss_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

constexpr MonoTime start{1'000s};
constexpr auto tick_length = 50ms;
constexpr auto round_trip = 10ms;
constexpr std::uint32_t devices = 1'000;

struct Ways {
    bool ping{true};
    bool snmp{true};
};

class Line {
public:
    Line(std::chrono::milliseconds interval, Ways ways, double loss_each_way)
        : comes_back_((1 - loss_each_way) * (1 - loss_each_way))
    {
        for (std::uint32_t number = 0; number < devices; ++number)
            liveness_.add(number, {.interval = interval}, ways.ping, ways.snmp, start);
    }

    // One tick; devices die at the times in `deaths`, if it has any.
    std::vector<Verdict> tick(const std::vector<MonoTime>& deaths = {})
    {
        for (const Probe& probe : liveness_.tick(now_)) {
            const bool is_dead = !deaths.empty() && now_ >= deaths[probe.device];
            if (is_dead || !comes_back_(random_)) continue;
            if (probe.kind == ProbeKind::ping) {
                liveness_.ping_answered(probe.device, probe.sequence, now_ + round_trip);
            } else {
                liveness_.answered(probe.device, now_ + round_trip);
            }
        }
        now_ = now_ + tick_length;
        return liveness_.take_verdicts();
    }

    [[nodiscard]] MonoTime now() const { return now_; }

private:
    Liveness liveness_;
    std::mt19937 random_{20261124};
    std::bernoulli_distribution comes_back_;
    MonoTime now_{start};
};

// Of 10^6 verdicts on living devices, how many say `down`; each of those is false.
std::size_t false_downs(std::chrono::milliseconds interval, Ways ways)
{
    constexpr std::size_t checks = 1'000'000;
    Line line{interval, ways, 0.30};
    std::size_t downs = 0;
    for (std::size_t seen = 0; seen < checks;) {
        const auto verdicts = line.tick();
        seen += verdicts.size();
        downs += static_cast<std::size_t>(std::count_if(
            verdicts.begin(),
            verdicts.end(),
            [](const Verdict& verdict) { return verdict.state == State::down; }
        ));
    }
    return downs;
}

// The time from death to verdict that 99 % of a thousand deaths stay under.
std::chrono::microseconds p99_of_deaths(std::chrono::milliseconds interval)
{
    Line line{interval, {}, 0.01};
    std::mt19937 random{7};
    std::uniform_int_distribution<std::int64_t> spread{0, interval.count() * 10};
    std::vector<MonoTime> deaths;
    for (std::uint32_t number = 0; number < devices; ++number)
        deaths.push_back(start + interval * 5 + std::chrono::milliseconds{spread(random)});

    std::vector<std::chrono::microseconds> waits;
    while (waits.size() < devices && line.now() < start + interval * 100) {
        for (const Verdict& verdict : line.tick(deaths)) {
            const bool is_found = deaths[verdict.device] == MonoTime{};
            if (verdict.state != State::down || is_found) continue;
            waits.push_back(verdict.at - deaths[verdict.device]);
            deaths[verdict.device] = MonoTime{}; // dead since ever
        }
    }
    REQUIRE(waits.size() == devices);
    std::sort(waits.begin(), waits.end());
    return waits[devices * 99 / 100];
}

constexpr std::size_t one_in_ten_thousand = 100; // of a million

} // namespace

TEST_CASE("at 30 % loss each way a million checks have few false downs", "[poll]")
{
    CHECK(false_downs(10s, {.ping = true, .snmp = true}) <= one_in_ten_thousand);
    CHECK(false_downs(1s, {.ping = true, .snmp = true}) <= one_in_ten_thousand);
}

TEST_CASE("so they have where only ping or only SNMP can be asked", "[poll]")
{
    CHECK(false_downs(10s, {.ping = true, .snmp = false}) <= one_in_ten_thousand);
    CHECK(false_downs(1s, {.ping = false, .snmp = true}) <= one_in_ten_thousand);
}

TEST_CASE("at 1 % loss a thousand deaths are found in time", "[poll]")
{
    CHECK(p99_of_deaths(10s) <= 30s);
    CHECK(p99_of_deaths(1s) <= 3s);
}

} // namespace liveness_loss_test
