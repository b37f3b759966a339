#include "common/model/counter.hpp"

namespace hallmonitor {
namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;

} // namespace

Counted advance(const CounterStep& step)
{
    if (!step.same_epoch) return {.amount = std::nullopt, .verdict = CounterVerdict::reset};
    if (step.wide) {
        if (step.later < step.earlier)
            return {.amount = std::nullopt, .verdict = CounterVerdict::stepped_back};
        return {.amount = step.later - step.earlier, .verdict = CounterVerdict::counted};
    }
    const std::uint64_t amount = static_cast<std::uint32_t>(step.later - step.earlier);
    // Without a bound, a counter that fell may have wrapped or stepped back: nobody can tell.
    const bool unbounded = step.most == 0 && step.later < step.earlier;
    if (unbounded || step.most >= wrap32 || (step.most > 0 && amount > step.most))
        return {.amount = std::nullopt, .verdict = CounterVerdict::ambiguous};
    return {.amount = amount, .verdict = CounterVerdict::counted};
}

std::chrono::milliseconds longest_unread(BitsPerSecond speed)
{
    const double octets_per_second = static_cast<double>(speed.value) / 8 * speed_margin;
    const std::chrono::duration<double> time{static_cast<double>(wrap32) / octets_per_second};
    return std::chrono::floor<std::chrono::milliseconds>(time);
}

} // namespace hallmonitor
