#include "agent/poll/device_report.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {

using namespace std::chrono_literals;

DeviceReport::DeviceReport(const DeviceConfig& config)
    : name_(config.name), address_(config.address), checked_every_(config.liveness.interval),
      told_every_(std::max(checked_every_, least_told)), has_snmp_(config.snmp.has_value())
{}

Event DeviceReport::event(const char* kind, const std::string& text, MonoTime now) const
{
    return {.at = now, .device = name_, .kind = kind, .text = name_ + " " + text};
}

std::vector<Event> DeviceReport::take(const PollOutcome& outcome, MonoTime now)
{
    status_.snmp_up = outcome.answered;
    if (outcome.answered) {
        status_.interfaces_up = outcome.interfaces_complete;
        status_.poll_duration = outcome.duration;
    }
    if (outcome.uptime) {
        status_.uptime = outcome.uptime;
        uptime_at_ = now;
    }

    std::vector<Event> events;
    for (const AnomalyNotice& notice : anomalies_.take(outcome.findings, outcome.answered, now))
        events.push_back(event(notice.begins ? "anomaly" : "anomaly_over", notice.text, now));
    if (!outcome.engine_change.empty() && anomalies_.may_tell(now))
        events.push_back(event("snmp_engine", outcome.engine_change, now));
    judge_polling(outcome, now, events);
    return events;
}

void DeviceReport::judge_polling(
    const PollOutcome& outcome, MonoTime now, std::vector<Event>& events
)
{
    // A problem that is a finding is told as an anomaly.
    const auto polling = outcome.problem.empty() ? Polling::whole
                         : outcome.anomaly       ? told_
                         : outcome.answered      ? Polling::broken_off
                                                 : Polling::silent;
    // Where polling has worked, one cycle lost is nothing to speak of.
    const bool is_settled = polling == Polling::whole || !was_whole_ || polling == polling_;
    polling_ = polling;
    was_whole_ = was_whole_ || polling == Polling::whole;
    if (polling == told_ || !is_settled) return;
    const bool is_first = told_ == Polling::unknown && polling == Polling::whole;
    if (!is_first && !anomalies_.may_tell(now)) return;
    told_ = polling;
    if (is_first) return;
    const bool works = polling == Polling::whole;
    events.push_back(
        works ? event("poll_works", "is polled whole again", now)
              : event("poll_failed", outcome.problem, now)
    );
}

bool DeviceReport::take(const Verdict& verdict)
{
    const bool has_changed = status_.state != verdict.state;
    at_ = verdict.at;
    status_.state = verdict.state;
    status_.since = verdict.since;
    if (verdict.ping_up) status_.ping_up = verdict.ping_up;
    if (verdict.rtt) status_.ping_rtt = verdict.rtt;
    if (verdict.state == State::down) {
        status_.ping_rtt.reset();
        if (has_snmp_) status_.snmp_up = false;
    }
    return has_changed;
}

std::optional<TableDefinition> DeviceReport::take_table(const DevicePoll* poll)
{
    const unsigned facts_read = poll == nullptr ? 0 : poll->facts_read();
    if (facts_read == facts_read_) return std::nullopt;
    facts_read_ = facts_read;
    news_told_.reset();
    Attributes facts;
    if (poll != nullptr) facts = poll->facts();
    facts.set(Attribute::address, address_);
    facts.set(Attribute::source, "snmp");
    return device_table(name_, told_every_, facts);
}

std::optional<TableReading> DeviceReport::take_reading()
{
    const News news{
        .state = status_.state,
        .snmp_up = status_.snmp_up,
        .ping_up = status_.ping_up,
        .interfaces_up = status_.interfaces_up,
    };
    // A check comes a little sooner or later than the one before.
    const bool is_time = at_ + checked_every_ / 2 >= news_told_at_ + told_every_;
    if (news == news_told_ && !is_time) return std::nullopt;
    news_told_ = news;
    news_told_at_ = at_;
    DeviceStatus told = status_;
    if (told.uptime) {
        const auto passed = (at_ - uptime_at_) / 10ms;
        told.uptime->centiseconds += static_cast<std::uint32_t>(std::max<std::int64_t>(passed, 0));
    }
    return device_reading(told, at_);
}

} // namespace hallmonitor::agent
