#include "tests/proxy/proxy.hpp"

namespace hallmonitor::proxy {

void Proxy::set_fault(const Fault& fault, Side side, std::optional<std::int64_t> argument)
{
    if (side != Side::down) up_.faults.set(fault.kind, argument);
    if (side != Side::up) down_.faults.set(fault.kind, argument);
}

void Proxy::clear()
{
    schedule_.reset();
    up_.faults = {};
    down_.faults = {};
}

void Proxy::begin_schedule(std::uint64_t seed, Instant period, Instant now)
{
    clear();
    schedule_.emplace(seed, period, now);
}

std::vector<Schedule::Step> Proxy::follow_schedule(Instant now)
{
    if (!schedule_) return {};
    auto steps = schedule_->take_due(now);
    for (const auto& step : steps) {
        set_fault(*step.fault, step.side, step.argument);
    }
    return steps;
}

std::optional<Instant> Proxy::next_at() const
{
    if (!schedule_) return std::nullopt;
    return schedule_->next_at();
}

Welcome Proxy::welcome()
{
    ++counts_.accepted;
    if (is_on(FaultKind::refuse)) {
        ++counts_.refused;
        return Welcome::refuse;
    }
    ++counts_.open;
    if (!is_on(FaultKind::black_hole)) return Welcome::dial;
    ++counts_.silent;
    return Welcome::silence;
}

} // namespace hallmonitor::proxy
