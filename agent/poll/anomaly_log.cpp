#include "agent/poll/anomaly_log.hpp"

#include <algorithm>

namespace hallmonitor::agent {

std::vector<AnomalyNotice> AnomalyLog::take(
    std::span<const Finding> findings, bool answered, MonoTime now
)
{
    std::vector<AnomalyNotice> notices;
    if (findings.empty() && on_ == 0) return notices;
    for (const Finding& finding : findings) {
        Known& known = known_.at(static_cast<std::size_t>(finding.what));
        if (!known.is_on) ++on_;
        known.is_on = true;
        known.quiet = 0;
        // One that could not be told yet is told when it may.
        if (known.is_told || !may_tell(now)) continue;
        known.is_told = true;
        notices.push_back({.begins = true, .text = sentence(finding)});
    }
    if (!answered) return notices;
    for (std::size_t number = 0; number < anomalies; ++number) {
        Known& known = known_.at(number);
        const auto what = static_cast<Anomaly>(number);
        const bool is_seen = std::any_of(findings.begin(), findings.end(), [&](const auto& f) {
            return f.what == what;
        });
        if (!known.is_on || is_seen) continue;
        if (known.quiet < quiet_cycles) ++known.quiet;
        if (known.quiet < quiet_cycles) continue;
        if (known.is_told && !may_tell(now)) continue; // the end of what was told is told too
        if (known.is_told)
            notices.push_back(
                {.begins = false, .text = "no longer shows " + std::string{topic(what)}}
            );
        known = {};
        --on_;
    }
    return notices;
}

bool AnomalyLog::may_tell(MonoTime now)
{
    using namespace std::chrono_literals;
    if (now - hour_began_ >= 1h) told_ = 0;
    if (told_ == 0) hour_began_ = now;
    if (told_ >= notices_per_hour) return false;
    ++told_;
    return true;
}

} // namespace hallmonitor::agent
