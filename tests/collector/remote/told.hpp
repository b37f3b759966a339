#pragma once
// What a sampler puts of batches that an agent told.

#include "collector/remote/sampler.hpp"
#include "tests/collector/health/telling.hpp"
#include "tests/collector/remote/read_request.hpp"

#include <utility>
#include <vector>

namespace hallmonitor::collector::remote::test {

inline StepOrigin origin_of(const DecodedBatch& batch, wire::Lane lane)
{
    return {
        .lane = lane,
        .agent = ledger_test::the_agent.name,
        .boot = batch.boot,
        .sealed_at = batch.sealed_at,
        .received = batch.sealed_at.wall,
    };
}

inline std::vector<ReadSample> samples_of(
    Sampler& sampler, const std::vector<DecodedBatch>& batches, wire::Lane lane = wire::Lane::live
)
{
    RequestWriter writer;
    for (const DecodedBatch& batch : batches)
        for (const Step& step : batch.steps)
            sampler.add(ledger_test::the_agent, origin_of(batch, lane), step, writer);
    return read_all(writer);
}

/// Those of one series: seconds after the start, and values.
inline std::vector<std::pair<double, double>> course(
    const std::vector<ReadSample>& samples, const std::string& series
)
{
    std::vector<std::pair<double, double>> found;
    const auto start = static_cast<double>(ledger_test::start.since_epoch.count());
    for (const ReadSample& sample : samples)
        if (sample.series == series)
            found.emplace_back((static_cast<double>(sample.at_ms) - start) / 1000, sample.value);
    return found;
}

} // namespace hallmonitor::collector::remote::test
