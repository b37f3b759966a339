#include "agent/poll/fact_read.hpp"

#include "common/check.hpp"

#include <utility>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto all_period = 1h;
// Neighbours come and go all day: not each of them is a reason.
constexpr auto least_all_period = 15min;

} // namespace

std::optional<FactDepth> FactRead::due(MonoTime now) const
{
    if (!all_read_at_) return FactDepth::all;
    const auto age = now - *all_read_at_;
    if (age >= all_period || (has_changed_ && age >= least_all_period)) return FactDepth::all;
    if (!table_.empty() && now - read_at_ >= interval_) return FactDepth::moving;
    return std::nullopt;
}

void FactRead::begin(FactDepth depth, const Attributes& known, Walk::Options how)
{
    how.pace = pace_;
    reading_ = depth == FactDepth::all ? std::make_unique<FactReading>(catalogue_, known, how)
                                       : std::make_unique<FactReading>(profile_, there_, how);
}

FactOutcome FactRead::take(const InterfaceInventory& interfaces, MonoTime now)
{
    INVARIANT(reading_ && reading_->finished());
    FactOutcome outcome{.facts = {}, .depth = reading_->depth()};
    outcome.varbinds = reading_->varbinds();
    pace_ = reading_->pace();
    read_at_ = now;
    if (outcome.depth == FactDepth::all) {
        take_all(outcome, interfaces, now);
    } else {
        take_moving(outcome, now);
    }
    drop();
    return outcome;
}

void FactRead::take_moving(FactOutcome& outcome, MonoTime now)
{
    take_states();
    outcome.facts = told(understand_moving(*profile_, reading_->raw()));
    outcome.reading = table_.reading(outcome.facts, now);
    if (!reading_->was_given_up()) {
        const std::size_t unknown = unknown_rows_.value_or(table_.unknown());
        has_changed_ = has_changed_ || unknown != table_.unknown() || marks_ != reading_->marks();
        unknown_rows_ = table_.unknown();
        marks_ = reading_->marks();
    }
}

void FactRead::take_all(FactOutcome& outcome, const InterfaceInventory& interfaces, MonoTime now)
{
    // What was said before is not worth less for what was not said now.
    const bool is_partial = !reading_->profile() || reading_->was_given_up();
    all_read_at_ = is_partial ? now - all_period + least_all_period : now;
    if (!reading_->profile() || (is_partial && !table_.empty())) return;
    profile_ = reading_->profile();
    there_ = reading_->raw().there();
    marks_ = reading_->marks();
    states_.assign(profile_->tables.size(), TableRead::absent);
    take_states();
    has_changed_ = false;
    unknown_rows_.reset();
    outcome.facts = told(understand(*profile_, reading_->raw(), interfaces.rows()));
    has_understood_ = !outcome.facts.facts.empty();
    TableDefinition definition = table_.define(outcome.facts, interfaces.key_lookup(), interval_);
    if (definition.rows.empty()) return;
    outcome.definition = std::move(definition);
    outcome.reading = table_.reading(outcome.facts, now);
}

void FactRead::take_states()
{
    for (const auto& [table, state] : reading_->states())
        states_[table] = state;
}

DeviceFacts FactRead::told(Facts facts) const
{
    DeviceFacts told{.profile = profile_->name, .facts = std::move(facts), .tables = {}};
    for (std::size_t table = 0; table < states_.size(); ++table)
        told.tables.emplace_back(profile_->tables[table]->name, states_[table]);
    return told;
}

} // namespace hallmonitor::agent
