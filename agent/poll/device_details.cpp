// DevicePoll's reading of what the device's profile names, behind its cycles.

#include "agent/poll/device_poll.hpp"
#include "agent/poll/problems.hpp"

namespace hallmonitor::agent {

Attributes DevicePoll::facts() const
{
    Attributes all = scalars_.facts();
    for (const auto& [name, value] : own_facts_)
        all.set(name, value);
    return all;
}

void DevicePoll::forget_names()
{
    names_are_owed_ = details_ && details_->is_reading();
    if (names_are_owed_) return;
    definition_.reset();
    if (inventory_) inventory_->forget_names();
}

bool DevicePoll::start_details(MonoTime now)
{
    if (!details_->is_reading()) {
        const auto depth = details_->due(now);
        const bool has_names = inventory_->size() == 0 || !inventory_->rows().empty();
        if (!depth || (depth == FactDepth::all && !has_names)) return false;
        details_->begin(*depth, scalars_.facts(), way_to_walk());
    }
    enter(State::details);
    if (details_->reading().finished()) finish_details(now);
    return true;
}

void DevicePoll::feed_details(const ResponseView& reply, std::size_t bytes, MonoTime now)
{
    details_->reading().feed(reply, bytes);
    if (details_->reading().finished()) finish_details(now);
}

void DevicePoll::finish_details(MonoTime now)
{
    facts_told_ = std::make_unique<FactOutcome>(details_->take(*inventory_, now));
    if (facts_told_->depth == FactDepth::all) {
        own_facts_ = device_attributes(facts_told_->facts.facts);
        ++facts_read_;
    }
    if (cycle_is_open_)
        return finish(now, details_->has_understood() ? "" : problems::no_interfaces);
    enter(State::idle);
    if (names_are_owed_) forget_names();
}

} // namespace hallmonitor::agent
