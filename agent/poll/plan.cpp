#include "agent/poll/plan.hpp"

#include "agent/poll/steady_hash.hpp"
#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

// Devices begin in waves: their answers then come together, and waking up for an answer costs more
// than decoding it.
constexpr std::chrono::microseconds widest_wave = 250ms;
constexpr int least_waves = 4; // an interval

} // namespace

void Plan::add(
    std::uint32_t number,
    std::string_view name,
    std::chrono::milliseconds interval,
    MonoTime now,
    std::chrono::milliseconds first_within
)
{
    INVARIANT(interval.count() > 0);
    const std::uint64_t hash = steady_hash(name);
    const auto period = std::chrono::duration_cast<std::chrono::microseconds>(interval);
    const std::chrono::microseconds even{
        static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(period.count()))};
    const std::chrono::microseconds wave = std::min(widest_wave, period / least_waves);
    const std::chrono::microseconds offset = even - even % wave;
    const std::int64_t cycles = now.since_boot / period;
    const MonoTime phase{period * cycles + offset};

    const auto soon =
        std::chrono::duration_cast<std::chrono::microseconds>(std::min(interval, first_within));
    const std::int64_t spread = std::max<std::int64_t>(1, soon.count());
    const MonoTime first =
        now + std::chrono::microseconds{
                  static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(spread))};
    slots_.push({.at = first, .number = number, .phase = phase, .interval = period});
}

std::vector<std::uint32_t> Plan::take_due(MonoTime now)
{
    std::vector<std::uint32_t> due;
    while (!slots_.empty() && slots_.top().at <= now) {
        Slot slot = slots_.top();
        slots_.pop();
        due.push_back(slot.number);
        if (slot.phase <= now) {
            const std::int64_t passed = (now - slot.phase) / slot.interval;
            slot.phase = slot.phase + slot.interval * (passed + 1);
        }
        slot.at = slot.phase;
        slots_.push(slot);
    }
    return due;
}

std::optional<MonoTime> Plan::next_due() const
{
    if (slots_.empty()) return std::nullopt;
    return slots_.top().at;
}

} // namespace hallmonitor::agent
