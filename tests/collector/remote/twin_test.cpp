// What comes late says the same as if it had come at once: every way of cutting a life into lanes
// gives the samples of a life that was never cut.

#include "tests/collector/remote/told.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <random>

namespace twin_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::remote;
using namespace hallmonitor::collector::remote::test;
using ledger_test::Telling;

namespace {

/// An hour of a switch whose ports are busy, idle and restless; a segment every ten readings.
std::vector<DecodedBatch> an_hour(std::uint64_t seed)
{
    std::mt19937_64 random{seed};
    Telling told;
    told.define(ledger_test::liveness_table());
    told.define(ledger_test::port_table({"busy", "idle", "restless"}));
    std::uint64_t busy = 1'000;
    std::uint64_t restless = 0;
    for (std::int64_t minute = 0; minute < 60; ++minute) {
        const std::int64_t second = minute * 60;
        busy += 1'000 + random() % 1'000'000;
        restless = random() % 4 == 0 ? random() % 50 : restless + random() % 1'000;
        const auto oper = random() % 8 == 0 ? OperStatus::down : OperStatus::up;
        told.device(second, random() % 10 == 0 ? State::down : State::up);
        told.ports(
            second,
            static_cast<std::uint32_t>(360'000 + second * 100),
            {{.octets = busy}, {.octets = 77}, {.oper = oper, .octets = restless}}
        );
        told.seal(second);
        if (minute % 10 == 9) told.start_segment();
    }
    return told.decoded();
}

std::vector<ReadSample> sorted(std::vector<ReadSample> samples)
{
    std::sort(samples.begin(), samples.end());
    return samples;
}

} // namespace

TEST_CASE("history that comes behind the present gives the samples of an uncut twin", "[remote]")
{
    const auto seed = GENERATE(range(1, 20));
    const auto batches = an_hour(static_cast<std::uint64_t>(seed));
    Sampler uncut{{}};
    const auto expected = sorted(samples_of(uncut, batches));

    // The line is cut at minute 20 and back at minute 40: what lies between comes late.
    Sampler cut{{}};
    const auto batch = [&](std::ptrdiff_t at) { return batches.begin() + at; };
    auto samples = samples_of(cut, {batch(0), batch(20)});
    for (auto& sample : samples_of(cut, {batch(40), batch(60)}))
        samples.push_back(sample);
    for (auto& sample : samples_of(cut, {batch(20), batch(40)}, wire::Lane::history))
        samples.push_back(sample);

    CHECK(samples.size() > 1'000);
    CHECK(sorted(std::move(samples)) == expected);
}

TEST_CASE("a batch that is told again gives the same samples again", "[remote]")
{
    const auto batches = an_hour(7);
    Sampler once{{}};
    const auto expected = sorted(samples_of(once, batches));

    Sampler twice{{}};
    auto samples = samples_of(twice, batches);
    for (auto& sample :
         samples_of(twice, {batches.begin() + 10, batches.begin() + 30}, wire::Lane::history))
        samples.push_back(sample);
    samples = sorted(std::move(samples));
    samples.erase(std::unique(samples.begin(), samples.end()), samples.end());

    CHECK(samples == expected);
}

} // namespace twin_test
