#include "agent/snmp/engine_clock.hpp"

#include <algorithm>
#include <limits>

namespace hallmonitor::agent {

std::int64_t EngineClock::Reading::time(MonoTime now) const
{
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now - at).count();
    return std::int64_t{stamp.time} + passed;
}

EngineStamp EngineClock::stamp(MonoTime now) const
{
    const std::optional<Reading>& from = hint_ ? hint_ : known_;
    if (!from || (doubted_ && !hint_)) return {};
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    return {
        .boots = from->stamp.boots,
        .time = static_cast<std::int32_t>(std::min(from->time(now), most))};
}

bool EngineClock::is_behind(EngineStamp stamp, MonoTime now) const
{
    if (!known_ || stamp.boots > known_->stamp.boots) return false;
    return stamp.boots < known_->stamp.boots ||
           std::int64_t{stamp.time} < known_->time(now) - window.count();
}

EngineClock::Judgement EngineClock::take(EngineStamp authentic, MonoTime now)
{
    if (authentic.boots == latched_boots) return Judgement::latched;
    auto judgement = Judgement::timely;
    bool is_newer = !known_ || authentic.time > known_->stamp.time;
    if (is_behind(authentic, now)) {
        if (!proves_set_back(authentic)) return Judgement::behind;
        judgement = Judgement::set_back;
        is_newer = true;
    } else if (known_ && authentic.boots > known_->stamp.boots) {
        judgement = Judgement::restarted;
        is_newer = true;
    }
    // An older one within the window was overtaken on its way.
    if (is_newer) known_ = Reading{.stamp = authentic, .at = now};
    hint_.reset();
    doubted_ = false;
    proofs_ = 0;
    return judgement;
}

bool EngineClock::proves_set_back(EngineStamp stamp)
{
    const bool goes_on = proofs_ > 0 && stamp.boots == behind_.boots && stamp.time >= behind_.time;
    proofs_ = goes_on ? proofs_ + 1 : 1;
    behind_ = stamp;
    return proofs_ >= proofs_to_set_back;
}

void EngineClock::hint(EngineStamp claimed, MonoTime now)
{
    hint_ = Reading{.stamp = claimed, .at = now};
}

void EngineClock::doubt()
{
    doubted_ = true;
    hint_.reset();
}

} // namespace hallmonitor::agent
