#include "collector/health/agent_state.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace hallmonitor::collector {
namespace {

constexpr std::ptrdiff_t others_kept = 64;
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
    return lives_.back();
}

void EpochSet::keep(const wire::Hello& hello)
{
    std::set<Epoch> named{hello.epoch};
    for (const wire::OlderEpoch& life : hello.older)
        named.insert(life.epoch);
    auto others = std::count_if(lives_.begin(), lives_.end(), [&](const Life& life) {
        return !named.contains(life.epoch);
    });
    std::erase_if(lives_, [&](const Life& life) {
        const bool goes = !named.contains(life.epoch) && others-- > others_kept;
        if (goes) forgotten_.push_back(life.epoch);
        return goes;
    });
}

EpochSet::Verdict EpochSet::apply(const BatchId& batch)
{
    Life& life = life_of(batch.epoch);
    if (life.present.applied.contains(batch.seq)) return Verdict::duplicate;
    if (life.present.applied.ranges().size() >= most_ranges) return Verdict::too_scattered;
    life.present.applied.add(batch.seq);
    life.is_dirty = true;
    std::erase(forgotten_, batch.epoch);
    return Verdict::is_new;
}

const EpochSet::Life* EpochSet::find(Epoch epoch) const
{
    const auto found = std::find_if(lives_.begin(), lives_.end(), [&](const Life& life) {
        return life.epoch == epoch;
    });
    return found == lives_.end() ? nullptr : &*found;
}

const EpochSet::Sets& EpochSet::present(Epoch epoch) const
{
    static const Sets none;
    const Life* const life = find(epoch);
    return life == nullptr ? none : life->present;
}

const EpochSet::Sets& EpochSet::durable(Epoch epoch) const
{
    static const Sets none;
    const Life* const life = find(epoch);
    return life == nullptr ? none : life->durable;
}

void EpochSet::set_forwarded(Epoch epoch, Seq seq)
{
    for (Life& life : lives_) {
        if (life.epoch != epoch || life.present.forwarded.contains(seq)) continue;
        life.present.forwarded.add(seq);
        life.is_dirty = true;
    }
}

void EpochSet::committed(const AgentRecord& record)
{
    for (Life& life : lives_)
        if (life.epoch == record.epoch) life.durable = {record.applied, record.forwarded};
}

void EpochSet::restore(const AgentRecord& record)
{
    const Sets sets{.applied = record.applied, .forwarded = record.forwarded};
    lives_.push_back({.epoch = record.epoch, .present = sets, .durable = sets, .turn = record.turn}
    );
    std::sort(lives_.begin(), lives_.end(), [](const Life& a, const Life& b) {
        return a.turn < b.turn;
    });
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
            into.agents.push_back({
                .agent = agent,
                .epoch = life.epoch,
                .applied = life.present.applied,
                .turn = life.turn,
                .forwarded = life.present.forwarded,
            });
}

void AgentState::connected(
    const AgentId& id, const wire::Hello& hello, std::string peer, WallTime now
)
{
    epochs.keep(hello);
    view.id = id;
    view.connected = true;
    view.peer = std::move(peer);
    view.software = hello.software;
    view.heard_at = now;
    view.clock_skew = hello.now.wall - now;
}

std::optional<Event> AgentState::fenced(
    const std::string& first, const std::string& second, WallTime now
)
{
    const bool is_known = is_contested(view, now);
    view.contested_at = now;
    if (is_known) return std::nullopt;
    return Event{
        .at = {},
        .device = "",
        .kind = "double_identity",
        .text = "two machines use this agent's certificate: " + first + " stays, " + second +
                " was refused; issue it a certificate of its own, or stop it",
    };
}

} // namespace hallmonitor::collector
