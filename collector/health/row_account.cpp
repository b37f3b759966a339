#include "collector/health/row_account.hpp"

namespace hallmonitor::collector {
namespace {

// A rate over this many times the port's speed is a broken counter, not traffic.
constexpr double plausible = 1.05;

void add_to_totals(InterfaceView& row, const Counters& amounts)
{
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        row.total.numbers[slot] += amounts.numbers[slot];
}

} // namespace

void bridge(
    InterfaceView& row,
    const RowReading& last,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    std::chrono::milliseconds hold
)
{
    RowReading onto = later;
    if (earlier) {
        add_to_totals(row, count(last, *earlier, hold).amounts);
        for (std::size_t slot = 0; slot < interface_counters; ++slot)
            if (earlier->counters.has(slot)) onto.counters.set(slot, std::nullopt);
    }
    if (onto.has_counters()) add_to_totals(row, count(last, onto, hold).amounts);
}

unsigned count_live(
    InterfaceView& row,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    const RowStep& step,
    std::chrono::milliseconds hold
)
{
    add_to_totals(row, step.amounts);
    row.total.there |= later.counters.there;
    row.has_counters = later.has_counters();
    if (row.has_counters) row.speed = later.speed;
    row.per_second = {};
    row.utilization = {};
    if (!earlier || step.elapsed.by_agent > hold) return 0;
    const double passed = seconds(step.elapsed);
    if (passed <= 0) return 0;
    const bool is_bounded = later.speed.value > 0 && earlier->speed == later.speed;
    unsigned implausible = 0;
    for (std::size_t slot = 0; slot <= counter_slot(Metric::if_out_octets); ++slot) {
        if (!step.amounts.has(slot)) continue;
        const double rate = static_cast<double>(step.amounts.numbers[slot]) / passed;
        if (is_bounded) {
            const double ratio = rate * 8 / static_cast<double>(later.speed.value);
            if (ratio > plausible) {
                ++implausible;
                continue;
            }
            row.utilization.at(slot) = ratio;
        }
        row.per_second.at(slot) = rate;
    }
    return implausible;
}

void show(InterfaceView& row, const Observation& seen, WallTime since)
{
    if (row.state != seen.state) row.state_since = since;
    row.state = seen.state;
    row.evidence_at = seen.at;
}

} // namespace hallmonitor::collector
