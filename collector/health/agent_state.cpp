#include "collector/health/agent_state.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::collector {
namespace {

constexpr std::size_t epochs_kept = 4;
constexpr std::size_t most_ranges = 4'096; // honest agents make a handful

} // namespace

EpochSet::Life& EpochSet::life_of(Epoch epoch)
{
    if (!lives_.empty() && lives_.back().epoch == epoch) return lives_.back();
    const std::uint64_t turn = lives_.empty() ? 1 : lives_.back().turn + 1;
    const auto found = std::find_if(lives_.begin(), lives_.end(), [&](const Life& life) {
        return life.epoch == epoch;
    });
    if (found == lives_.end()) {
        lives_.push_back({.epoch = epoch});
    } else {
        std::rotate(found, found + 1, lives_.end());
    }
    lives_.back().turn = turn;
    keep_newest();
    return lives_.back();
}

void EpochSet::keep_newest()
{
    while (lives_.size() > epochs_kept) {
        forgotten_.push_back(lives_.front().epoch);
        lives_.erase(lives_.begin());
    }
}

EpochSet::Verdict EpochSet::apply(const BatchId& batch)
{
    Life& life = life_of(batch.epoch);
    if (life.applied.contains(batch.seq)) return Verdict::duplicate;
    if (life.applied.ranges().size() >= most_ranges) return Verdict::too_scattered;
    life.applied.add(batch.seq);
    life.is_dirty = true;
    std::erase(forgotten_, batch.epoch);
    return Verdict::is_new;
}

RangeSet EpochSet::durable(Epoch epoch) const
{
    for (const Life& life : lives_)
        if (life.epoch == epoch) return life.durable;
    return {};
}

void EpochSet::committed(Epoch epoch, const RangeSet& applied)
{
    for (Life& life : lives_)
        if (life.epoch == epoch) life.durable = applied;
}

void EpochSet::restore(const AgentRecord& record)
{
    lives_.push_back({
        .epoch = record.epoch,
        .applied = record.applied,
        .durable = record.applied,
        .turn = record.turn,
    });
    std::sort(lives_.begin(), lives_.end(), [](const Life& a, const Life& b) {
        return a.turn < b.turn;
    });
    keep_newest();
}

bool EpochSet::dirty() const
{
    return !forgotten_.empty() || std::any_of(lives_.begin(), lives_.end(), [](const Life& life) {
        return life.is_dirty;
    });
}

void EpochSet::take_changes(const AgentId& agent, Checkpoint& into)
{
    for (const Epoch epoch : std::exchange(forgotten_, {}))
        into.forgotten_epochs.push_back({agent, epoch});
    for (Life& life : lives_)
        if (std::exchange(life.is_dirty, false))
            into.agents.push_back({agent, life.epoch, life.applied, life.turn});
}

} // namespace hallmonitor::collector
