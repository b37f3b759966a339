#include "tests/proxy/schedule.hpp"

#include <algorithm>

namespace hallmonitor::proxy {

Schedule::Schedule(std::uint64_t seed, Instant period, Instant now)
    : random_(seed), period_(period), begin_at_(now)
{}

Instant Schedule::part(std::uint64_t least_percent, std::uint64_t most_percent)
{
    const auto percent = least_percent + below(most_percent - least_percent + 1);
    return period_ * static_cast<std::int64_t>(percent) / 100;
}

Schedule::Step Schedule::choose()
{
    unsigned all = 0;
    for (const Fault& fault : fault_table()) {
        all += fault.weight;
    }
    auto drawn = below(all);
    const Fault* chosen = fault_table().data();
    while (drawn >= chosen->weight) {
        drawn -= chosen->weight;
        ++chosen;
    }
    const auto range = static_cast<std::uint64_t>(chosen->most - chosen->least) + 1;
    const auto argument = chosen->least + static_cast<std::int64_t>(below(range));
    return {.fault = chosen, .side = static_cast<Side>(below(3)), .argument = argument};
}

std::vector<Schedule::Step> Schedule::take_due(Instant now)
{
    std::vector<Step> steps;
    while (next_at() <= now) {
        const auto over = std::min_element(
            endings_.begin(),
            endings_.end(),
            [](const Ending& a, const Ending& b) { return a.at < b.at; }
        );
        if (over != endings_.end() && over->at <= begin_at_) {
            steps.push_back(over->step);
            endings_.erase(over);
            continue;
        }
        const Step step = choose();
        steps.push_back(step);
        endings_.push_back({begin_at_ + part(25, 150), {step.fault, step.side, std::nullopt}});
        begin_at_ += part(25, 100);
    }
    return steps;
}

Instant Schedule::next_at() const
{
    Instant next = begin_at_;
    for (const Ending& ending : endings_) {
        next = std::min(next, ending.at);
    }
    return next;
}

} // namespace hallmonitor::proxy
