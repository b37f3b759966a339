#include "collector/health/ledger.hpp"

#include "collector/health/table_state.hpp"
#include "collector/health/views.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

namespace hallmonitor::collector {
namespace {

constexpr std::size_t epochs_kept = 4; // an agent whose spool was lost begins another
constexpr std::size_t events_kept = 1'000;

struct EpochState {
    Epoch epoch;
    RangeSet applied;
    RangeSet durable;
    bool dirty{false};
};

struct AgentState {
    std::deque<EpochState> epochs; // newest use last
    AgentView view;

    EpochState& epoch(Epoch wanted)
    {
        const auto found = std::find_if(epochs.begin(), epochs.end(), [&](const EpochState& e) {
            return e.epoch == wanted;
        });
        if (found != epochs.end()) return *found;
        if (epochs.size() == epochs_kept) epochs.pop_front();
        epochs.push_back({.epoch = wanted});
        return epochs.back();
    }
};

} // namespace

bool Checkpoint::empty() const
{
    return agents.empty() && intervals.empty() && tables.empty() && rollups.empty() &&
           events.empty();
}

struct Ledger::State {
    std::map<AgentId, AgentState> agents;
    std::map<TableKey, TableState> tables;
    std::map<DeviceId, std::shared_ptr<const DeviceView>> views;
    std::deque<EventView> events;
    Counts counts;

    // Since the last checkpoint.
    std::set<TableKey> dirty_tables;
    LedgerAdditions additions;
    std::map<TableKey, decltype(LedgerAdditions::rollups)> rollups;
    std::vector<IntervalRecord> intervals;
    std::vector<EventRecord> new_events;
    bool dirty_agents{false};
    // Since the last snapshot.
    std::set<DeviceId> changed;

    void apply(const AgentId& agent, wire::Lane lane, const Step& step);
    void add_event(const AgentId& agent, PlacedEvent event);
    void load(const LedgerImage& image);
};

Ledger::Ledger(const LedgerImage& image) : state_(std::make_unique<State>())
{
    state_->load(image);
}

Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;

void Ledger::State::load(const LedgerImage& image)
{
    for (const AgentRecord& record : image.agents) {
        AgentState& agent = agents[record.agent];
        agent.view.id = record.agent;
        EpochState& epoch = agent.epoch(record.epoch);
        epoch.applied = record.applied;
        epoch.durable = record.applied;
    }
    for (const TableRecord& record : image.tables) {
        auto table = TableState::from_record(record);
        if (!table) continue; // written by a newer version: the agent's next reading begins it anew
        if (record.table.kind == TableKind::agent) {
            agents[{record.table.site, table->agent()}].view.vitals = table->values();
        } else {
            changed.insert({record.table.site, record.table.device});
        }
        tables.insert_or_assign(record.table, std::move(*table));
    }
    for (const IntervalRecord& record : image.intervals) {
        const auto table = tables.find(record.table);
        if (table != tables.end()) table->second.restore(record.component, record.interval);
    }
    for (const EventRecord& record : image.events)
        events.push_back({record.event.wall, record.agent, record.event.event});
    while (events.size() > events_kept)
        events.pop_front();
}

RangeSet Ledger::durable(const AgentId& agent, Epoch epoch) const
{
    const auto found = state_->agents.find(agent);
    if (found == state_->agents.end()) return {};
    for (const EpochState& known : found->second.epochs)
        if (known.epoch == epoch) return known.durable;
    return {};
}

Ledger::Applied Ledger::apply(const AgentId& agent, wire::Lane lane, const DecodedBatch& batch)
{
    AgentState& from = state_->agents[agent];
    from.view.id = agent;
    EpochState& epoch = from.epoch(batch.id.epoch);
    if (epoch.applied.contains(batch.id.seq)) {
        ++state_->counts.duplicates;
        return {.is_new = false};
    }
    epoch.applied.add(batch.id.seq);
    epoch.dirty = true;
    state_->dirty_agents = true;
    ++state_->counts.batches;
    LaneView& progress = lane == wire::Lane::live ? from.view.live : from.view.history;
    progress.newest = std::max(progress.newest, batch.sealed_at.wall);
    ++progress.batches;

    for (const Step& step : batch.steps)
        state_->apply(agent, lane, step);
    for (const PlacedEvent& event : batch.events)
        state_->add_event(agent, event);
    return {.is_new = true};
}

void Ledger::State::apply(const AgentId& agent, wire::Lane lane, const Step& step)
{
    // The agent's own table is named by its certificate, not by what it says.
    const bool is_vitals = step.table->kind == TableKind::agent;
    const TableKey key{
        .site = agent.site,
        .device = is_vitals ? agent.name : step.table->device,
        .kind = step.table->kind,
    };
    auto known = tables.find(key);
    if (known == tables.end()) known = tables.emplace(key, TableState{key, agent.name}).first;
    TableState& table = known->second;
    table.apply(lane, step, additions, counts);
    dirty_tables.insert(key);
    if (!additions.rollups.empty()) {
        auto& sums = rollups[key];
        for (const auto& [place, amounts] : additions.rollups) {
            auto& sum = sums[place];
            for (std::size_t slot = 0; slot < amounts.size(); ++slot)
                sum[slot] += amounts[slot];
        }
        additions.rollups.clear();
    }
    std::move(
        additions.intervals.begin(), additions.intervals.end(), std::back_inserter(intervals)
    );
    additions.intervals.clear();
    if (lane == wire::Lane::live && is_vitals) agents[agent].view.vitals = table.values();
    if (!is_vitals) changed.insert({agent.site, key.device});
    if (const auto booted = table.take_restart()) {
        const Event event{
            .at = {},
            .device = key.device,
            .kind = "device_restarted",
            .text = key.device + " restarted: its uptime began anew",
        };
        add_event(agent, {.wall = *booted, .event = event});
    }
}

void Ledger::State::add_event(const AgentId& agent, PlacedEvent event)
{
    events.push_back({event.wall, agent, event.event});
    if (events.size() > events_kept) events.pop_front();
    new_events.push_back({agent, std::move(event)});
}

bool Ledger::dirty() const
{
    return state_->dirty_agents || !state_->dirty_tables.empty() || !state_->new_events.empty();
}

Checkpoint Ledger::take_checkpoint()
{
    State& state = *state_;
    Checkpoint out;
    for (auto& [id, agent] : state.agents) {
        for (EpochState& epoch : agent.epochs) {
            if (!std::exchange(epoch.dirty, false)) continue;
            out.agents.push_back({.agent = id, .epoch = epoch.epoch, .applied = epoch.applied});
        }
    }
    for (const TableKey& key : state.dirty_tables)
        out.tables.push_back(state.tables.at(key).record());
    for (const auto& [key, sums] : state.rollups)
        for (const auto& [place, amounts] : sums)
            out.rollups.push_back(
                {.table = key, .component = place.first, .hour = place.second, .amounts = amounts}
            );
    out.intervals = std::exchange(state.intervals, {});
    out.events = std::exchange(state.new_events, {});
    state.dirty_tables.clear();
    state.rollups.clear();
    state.dirty_agents = false;
    return out;
}

void Ledger::committed(const Checkpoint& checkpoint)
{
    for (const AgentRecord& record : checkpoint.agents)
        state_->agents[record.agent].epoch(record.epoch).durable = record.applied;
}

void Ledger::connected(
    const AgentId& agent, const wire::Hello& hello, std::string peer, WallTime now
)
{
    AgentView& view = state_->agents[agent].view;
    view.id = agent;
    view.connected = true;
    view.peer = std::move(peer);
    view.software = hello.software;
    view.heard_at = now;
    view.clock_skew = hello.wall - now;
}

void Ledger::disconnected(const AgentId& agent)
{
    state_->agents[agent].view.connected = false;
}

void Ledger::heard(const AgentId& agent, WallTime now)
{
    state_->agents[agent].view.heard_at = now;
}

std::shared_ptr<const Snapshot> Ledger::snapshot(WallTime now)
{
    State& state = *state_;
    for (const DeviceId& id : std::exchange(state.changed, {})) {
        const auto find = [&](TableKind kind) {
            const auto found = state.tables.find({id.site, id.name, kind});
            return found == state.tables.end() ? nullptr : &found->second;
        };
        state.views[id] = make_device_view(id, find(TableKind::device), find(TableKind::interface));
    }
    auto out = std::make_shared<Snapshot>();
    out->at = now;
    out->devices.reserve(state.views.size());
    for (const auto& [id, view] : state.views)
        out->devices.push_back(view);
    for (const auto& [id, agent] : state.agents)
        out->agents.push_back(agent.view);
    out->events.assign(state.events.begin(), state.events.end());
    return out;
}

void Ledger::trim(WallTime limit)
{
    for (auto& [key, table] : state_->tables) {
        table.trim(limit);
        if (key.kind != TableKind::agent) state_->changed.insert({key.site, key.device});
    }
}

const Ledger::Counts& Ledger::counts() const
{
    return state_->counts;
}

} // namespace hallmonitor::collector
