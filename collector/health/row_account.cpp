#include "collector/health/row_account.hpp"

namespace hallmonitor::collector {
namespace {

// A rate over this many times the port's speed is a broken counter, not traffic.
constexpr double plausible = 1.05;

void add_to_totals(RowState& row, const RowStep& step)
{
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        row.total.at(slot) += step.amounts.at(slot).value_or(0);
}

// What was counted between the last live reading and the start of this step, counter by counter:
// up to `earlier` where that has the counter, else up to `later`.
void bridge(
    RowState& row,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    std::chrono::milliseconds hold
)
{
    if (!row.last || (earlier && row.has_newest && row.last->stamp == earlier->stamp)) return;
    RowReading onto = later;
    if (earlier) {
        add_to_totals(row, count(*row.last, *earlier, hold));
        for (std::size_t slot = 0; slot < interface_counters; ++slot)
            if (earlier->counters.at(slot)) onto.counters.at(slot).reset();
    }
    if (onto.has_counters()) add_to_totals(row, count(*row.last, onto, hold));
}

} // namespace

RowCount count_row(
    RowState& row,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    std::chrono::milliseconds hold,
    wire::Lane lane
)
{
    RowCount out;
    if (earlier) out.step = count(*earlier, later, hold);
    if (lane != wire::Lane::live) return out;

    bridge(row, earlier, later, hold);
    add_to_totals(row, out.step);
    row.per_second = {};
    row.utilization = {};
    row.has_newest = later.has_counters();
    if (row.has_newest) row.last = later;
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        row.has_total.at(slot) = row.has_total.at(slot) || later.counters.at(slot).has_value();
    if (!earlier || time_between(earlier->stamp, later.stamp) > hold) return out;
    const double seconds = seconds_between(earlier->stamp, later.stamp);
    if (seconds <= 0) return out;
    const bool is_bounded = later.speed.value > 0 && earlier->speed == later.speed;
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        const auto& amount = out.step.amounts.at(slot);
        if (!amount) continue;
        const double rate = static_cast<double>(*amount) / seconds;
        if (slot <= counter_slot(Metric::if_out_octets) && is_bounded) {
            const double ratio = rate * 8 / static_cast<double>(later.speed.value);
            if (ratio > plausible) {
                ++out.implausible;
                continue;
            }
            row.utilization.at(slot) = ratio;
        }
        row.per_second.at(slot) = rate;
    }
    return out;
}

void show(RowState& row, const Observation& seen, WallTime since)
{
    if (row.state != seen.state) row.state_since = since;
    row.state = seen.state;
    row.evidence_at = seen.at;
}

} // namespace hallmonitor::collector
