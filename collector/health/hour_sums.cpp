#include "collector/health/hour_sums.hpp"

#include <algorithm>
#include <utility>

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

CounterSums& HourSums::at(WallTime begin, std::size_t row)
{
    // Steps come in order of time, so the newest hour is nearly always the one.
    const auto found = std::find_if(hours_.rbegin(), hours_.rend(), [&](const Hour& known) {
        return known.begin == begin;
    });
    Hour& known = found != hours_.rend() ? *found : hours_.emplace_back(Hour{.begin = begin});
    if (row >= known.rows.size()) known.rows.resize(row + 1);
    return known.rows[row];
}

void HourSums::add(std::size_t row, const Counters& amounts, WallTime from, WallTime to)
{
    CounterSums left = amounts.numbers;
    std::uint64_t any = 0;
    for (const std::uint64_t amount : left)
        any |= amount;
    if (any == 0) return;
    const WallTime last = hour_of(to);
    const milliseconds whole = to - from;
    for (WallTime begin = from; begin < last && whole <= longest_split;) {
        const WallTime border = hour_of(begin) + hour;
        const double share =
            static_cast<double>((border - begin).count()) / static_cast<double>(whole.count());
        CounterSums& sum = at(hour_of(begin), row);
        for (std::size_t slot = 0; slot < interface_counters; ++slot) {
            const auto amount = static_cast<double>(amounts.numbers[slot]);
            const auto part = std::min(left[slot], static_cast<std::uint64_t>(amount * share));
            sum[slot] += part;
            left[slot] -= part;
        }
        begin = border;
    }
    CounterSums& sum = at(last, row);
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        sum[slot] += left[slot];
}

std::vector<HourSums::Hour> HourSums::take()
{
    return std::exchange(hours_, {});
}

} // namespace hallmonitor::collector
