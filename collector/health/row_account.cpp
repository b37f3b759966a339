#include "collector/health/row_account.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::collector {
namespace {

// A rate over this many times the port's speed is a broken counter, not traffic.
constexpr double plausible = 1.05;

// Some agents refresh their counters every so many seconds only; none takes longer.
constexpr double longest_refresh_seconds = 45;

// True for one short step without any movement, where there was some before or nothing is known: a
// reading between two refreshes looks so, and a port that is idle is known by the next step. To
// show 0, and double at the refresh, would be untrue.
bool may_lie_between_refreshes(const InterfaceView& row, const RowStep& step, double passed)
{
    const bool is_down = interface_state(AdminStatus::up, row.oper) == State::down;
    const bool was_idle = row.per_second[0] && *row.per_second[0] <= 0 && *row.per_second[1] <= 0;
    if (passed > longest_refresh_seconds || row.stood_seconds > 0 || is_down || was_idle)
        return false;
    const auto& numbers = step.amounts.numbers;
    return step.amounts.has(counter_slot(Metric::if_in_octets)) &&
           step.amounts.has(counter_slot(Metric::if_out_octets)) &&
           std::all_of(numbers.begin(), numbers.end(), [](auto amount) { return amount == 0; });
}

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
    const double passed = seconds(step.elapsed);
    const bool is_comparable = earlier && step.elapsed.by_agent <= hold && passed > 0;
    if (is_comparable && may_lie_between_refreshes(row, step, passed)) {
        row.stood_seconds = static_cast<float>(passed);
        return 0;
    }
    const double time = passed + static_cast<double>(std::exchange(row.stood_seconds, 0.0F));
    row.per_second = {};
    row.utilization = {};
    if (!is_comparable) return 0;
    const bool is_bounded = later.speed.value > 0 && earlier->speed == later.speed;
    unsigned implausible = 0;
    for (std::size_t slot = 0; slot <= counter_slot(Metric::if_out_octets); ++slot) {
        if (!step.amounts.has(slot)) continue;
        const double rate = static_cast<double>(step.amounts.numbers[slot]) / time;
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
