#include "collector/health/rollup.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds hour = std::chrono::hours{1};
constexpr milliseconds longest_split = std::chrono::hours{24 * 7};

} // namespace

WallTime hour_of(WallTime at)
{
    return {std::chrono::floor<std::chrono::hours>(at.since_epoch)};
}

HourAmounts& HourSums::at(WallTime wanted)
{
    // Steps come in order of time, so the newest hour is nearly always the one.
    const auto found = std::find_if(sums_.rbegin(), sums_.rend(), [&](const HourSum& sum) {
        return sum.hour == wanted;
    });
    if (found != sums_.rend()) return found->amounts;
    return sums_.emplace_back(HourSum{.hour = wanted}).amounts;
}

void HourSums::add(const Amounts& amounts, WallTime from, WallTime to)
{
    HourAmounts left{};
    bool any = false;
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        left[slot] = amounts[slot].value_or(0);
        any = any || left[slot] > 0;
    }
    if (!any) return;
    const milliseconds whole = to - from;
    for (WallTime begin = from; whole <= longest_split && hour_of(begin) < hour_of(to);) {
        const WallTime border = hour_of(begin) + hour;
        const double share =
            static_cast<double>((border - begin).count()) / static_cast<double>(whole.count());
        HourAmounts& sum = at(hour_of(begin));
        for (std::size_t slot = 0; slot < interface_counters; ++slot) {
            const auto amount = static_cast<double>(amounts[slot].value_or(0));
            const auto part = std::min(left[slot], static_cast<std::uint64_t>(amount * share));
            sum[slot] += part;
            left[slot] -= part;
        }
        begin = border;
    }
    HourAmounts& last = at(hour_of(to));
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        last[slot] += left[slot];
}

} // namespace hallmonitor::collector
