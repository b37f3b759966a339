// DevicePoll's memory of how the device is best asked.

#include "agent/poll/device_poll.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {

Learnt DevicePoll::learnt() const
{
    return {
        .identity = identity_,
        .no_bulk = manner_.no_bulk,
        .objects_at_once = scalars_.at_once(),
        .names = cold_.pace(),
        .counters = hot_.paces(),
        .facts = details_ ? details_->pace() : WalkPace{},
    };
}

void DevicePoll::restore(const Learnt& learnt)
{
    identity_ = learnt.identity;
    is_restored_ = true;
    set_learnt(learnt);
    const bool has_bulk =
        std::any_of(learnt.counters.begin(), learnt.counters.end(), [](const WalkPace& pace) {
            return pace.answered > 0;
        });
    if (has_bulk) bulk_failures_ = 0;
}

void DevicePoll::set_learnt(const Learnt& learnt)
{
    manner_.no_bulk = learnt.no_bulk;
    scalars_.set_at_once(learnt.objects_at_once);
    cold_.set_pace(learnt.names);
    hot_.set_paces(learnt.counters);
    if (details_) details_->set_pace(learnt.facts);
}

// The device has said who it is, and its names are read next. What it could not do may have been
// a bad moment of the line: it is tried again now and then, but not at every start of the agent.
void DevicePoll::settle_identity()
{
    const std::uint64_t identity = identity_of(device_, scalars_.facts());
    const bool is_other = identity_ != 0 && identity_ != identity;
    identity_ = identity;
    if (is_other) {
        manner_.no_bulk = false;
        scalars_.set_at_once(ScalarRead::most_at_once);
        cold_ = {};
        hot_ = HotRead{*device_.snmp};
        if (details_) details_->set_pace({});
    }
    if (std::exchange(is_restored_, false)) return;
    Learnt again = learnt();
    again.no_bulk = false;
    again.names.forget_limits();
    again.facts.forget_limits();
    for (WalkPace& pace : again.counters)
        pace.forget_limits();
    set_learnt(again);
}

} // namespace hallmonitor::agent
