#include "collector/health/ledger.hpp"

#include "collector/health/agent_state.hpp"
#include "collector/health/event_log.hpp"
#include "collector/health/journal.hpp"
#include "collector/health/table_state.hpp"
#include "collector/health/views.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hallmonitor::collector {
namespace {

constexpr std::size_t tables_per_agent = 20'000;

struct Device;

// A table, and what has not been told of it yet.
struct Table {
    TableState state;
    Device* device{nullptr}; // whose it is; null: an agent's own
    bool is_dirty{false};    // the next checkpoint has all of it
};

// What a snapshot shows together.
struct Device {
    Table* liveness{nullptr};
    Table* interfaces{nullptr};
    Table* facts{nullptr};
    std::shared_ptr<const DeviceView> view; // as of the last snapshot
    bool has_changed{false};                // since then

    Table*& table(TableKind kind)
    {
        if (kind == TableKind::device) return liveness;
        return kind == TableKind::interface ? interfaces : facts;
    }
    [[nodiscard]] bool has_tables() const
    {
        return liveness != nullptr || interfaces != nullptr || facts != nullptr;
    }
};

// A kind that a newer agent tells is none.
bool is_of_device(TableKind kind)
{
    return kind == TableKind::device || kind == TableKind::interface || kind == TableKind::facts;
}

void note_change(const Table& table)
{
    if (table.device != nullptr) table.device->has_changed = true;
}

DeviceTables tables_of(const Device& device)
{
    const auto state_of = [](Table* table) { return table == nullptr ? nullptr : &table->state; };
    return {state_of(device.liveness), state_of(device.interfaces), state_of(device.facts)};
}

} // namespace

struct Ledger::State {
    std::map<AgentId, AgentState> agents;
    std::map<TableKey, Table> tables;
    std::unordered_map<const TableDefinition*, Table*> recent; // checked against the table itself
    std::map<DeviceId, Device> devices;
    EventLog events;
    std::optional<WallTime> now; // collector's clock, as last told
    Counts counts;

    // Since the last checkpoint.
    std::vector<Table*> dirty;
    LedgerAdditions additions;
    std::vector<TableKey> forgotten_tables;
    Journal journal;

    [[nodiscard]] const EpochSet& epochs_of(const AgentId& agent) const;
    void load(const LedgerImage& image);
    void write_whole(Table& table);
    void take_roster(const AgentId& id, const std::vector<std::string>& roster, WallTime at);
    Table* table_for(const AgentId& id, AgentState& agent, const Step& step);
    void apply(const AgentId& id, AgentState& agent, const StepOrigin& origin, const Step& step);
    Table& add_table(const TableKey& key, TableState state);
    void forget(const TableKey& key);
};

Ledger::Ledger(const LedgerImage& image) : state_(std::make_unique<State>())
{
    state_->load(image);
}

Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;

const EpochSet& Ledger::State::epochs_of(const AgentId& agent) const
{
    static const EpochSet none;
    const auto found = agents.find(agent);
    return found == agents.end() ? none : found->second.epochs;
}

void Ledger::State::load(const LedgerImage& image)
{
    for (const AgentRecord& record : image.agents) {
        AgentState& agent = agents[record.agent];
        agent.view.id = record.agent;
        agent.epochs.restore(record);
    }
    for (const TableRecord& record : image.tables) {
        auto read = TableState::from_record(record);
        if (!read) {
            // Written by a newer version, or damaged: the agent's next reading begins it anew.
            ++counts.unreadable;
            continue;
        }
        const AgentId id{record.table.site, read->agent()};
        AgentState& agent = agents[id];
        agent.view.id = id;
        ++agent.tables;
        journal.continue_after(read->recorded_at());
        add_table(record.table, std::move(*read));
    }
    for (const IntervalRecord& record : image.intervals) {
        const auto table = tables.find(record.table);
        if (table != tables.end()) table->second.state.restore(record.component, record.interval);
    }
    const auto find = [this](const TableKey& key) {
        const auto table = tables.find(key);
        return table == tables.end() ? nullptr : &table->second.state;
    };
    for (const JournalRecord& record : image.journal)
        counts.unreadable += journal.replay(record, find);
    for (const auto& [key, table] : tables)
        if (key.kind == TableKind::agent)
            agents[{key.site, table.state.agent()}].view.vitals = table.state.values();
    for (const EventRecord& record : image.events)
        events.restore(record);
}

Table& Ledger::State::add_table(const TableKey& key, TableState state)
{
    Table& table = tables.insert_or_assign(key, Table{.state = std::move(state)}).first->second;
    if (key.kind != TableKind::agent) {
        table.device = &devices[{key.site, key.device}];
        table.device->table(key.kind) = &table;
        note_change(table);
    }
    return table;
}

RangeSet Ledger::durable(const AgentId& agent, Epoch epoch) const
{
    return state_->epochs_of(agent).durable(epoch).applied;
}

RangeSet Ledger::durably_forwarded(const AgentId& agent, Epoch epoch) const
{
    return state_->epochs_of(agent).durable(epoch).forwarded;
}

const RangeSet& Ledger::forwarded(const AgentId& agent, Epoch epoch) const
{
    return state_->epochs_of(agent).present(epoch).forwarded;
}

void Ledger::set_forwarded(const AgentId& agent, Epoch epoch, Seq seq)
{
    state_->agents[agent].epochs.set_forwarded(epoch, seq);
}

Ledger::Applied Ledger::apply(const AgentId& agent, wire::Lane lane, const DecodedBatch& batch)
{
    AgentState& from = state_->agents[agent];
    from.view.id = agent;
    switch (from.epochs.apply(batch.id)) {
    case EpochSet::Verdict::is_new: break;
    case EpochSet::Verdict::duplicate: ++state_->counts.duplicates; return {.is_new = false};
    case EpochSet::Verdict::too_scattered: ++state_->counts.refused; return {.is_new = false};
    }
    ++state_->counts.batches;
    LaneView& progress = lane == wire::Lane::live ? from.view.live : from.view.history;
    progress.newest = batch.sealed_at.wall;
    ++progress.batches;

    const StepOrigin origin{
        .lane = lane,
        .agent = agent.name,
        .boot = batch.boot,
        .sealed_at = batch.sealed_at,
        .received = state_->now,
    };
    for (const Step& step : batch.steps)
        if (step.table) state_->apply(agent, from, origin, step);
    for (const PlacedEvent& event : batch.events)
        state_->events.add(agent, event);
    if (batch.roster && lane == wire::Lane::live)
        state_->take_roster(agent, *batch.roster, batch.sealed_at.wall);
    return {.is_new = true};
}

Table* Ledger::State::table_for(const AgentId& id, AgentState& agent, const Step& step)
{
    const auto known = recent.find(step.table.get());
    if (known != recent.end() && known->second->state.knows(step.table.get()) &&
        known->second->state.key().site == id.site && step.table->kind != TableKind::agent)
        return known->second;

    // The agent's own table is named by its certificate, not by what it says.
    const TableKind kind = step.table->kind;
    const bool is_vitals = kind == TableKind::agent;
    if (!is_vitals && !is_of_device(kind)) return nullptr;
    const TableKey key{id.site, is_vitals ? id.name : step.table->device, kind};
    const auto place = tables.find(key);
    if (place == tables.end() && agent.tables >= tables_per_agent) return nullptr;
    if (place == tables.end()) ++agent.tables;
    Table& table = place == tables.end() ? add_table(key, TableState{key, id.name}) : place->second;
    // Definitions that are gone leave their places behind.
    if (recent.size() > 4 * tables.size() + 1'000) recent.clear();
    recent[step.table.get()] = &table;
    return &table;
}

void Ledger::State::apply(
    const AgentId& id, AgentState& agent, const StepOrigin& origin, const Step& step
)
{
    Table* const table = table_for(id, agent, step);
    if (table == nullptr) {
        ++counts.refused;
        return;
    }
    const bool is_plain = table->state.apply(origin, step, additions, counts);
    const bool tells_all = is_plain && origin.received.has_value();
    if (!table->is_dirty && (!tells_all || journal.add(table->state, origin, step)))
        write_whole(*table);
    note_change(*table);
    const TableKey& key = table->state.key();
    if (origin.lane == wire::Lane::live && key.kind == TableKind::agent)
        agent.view.vitals = table->state.values();
    if (const auto restart = table->state.take_restart())
        events.add(id, {.wall = restart->at, .event = restart_event(*restart, key.device)});
}

// Devices that another agent of the site tells of now are not this one's to end.
void Ledger::State::take_roster(
    const AgentId& id, const std::vector<std::string>& roster, WallTime at
)
{
    const std::set<std::string_view> kept{roster.begin(), roster.end()};
    for (auto place = tables.lower_bound({.site = id.site});
         place != tables.end() && place->first.site == id.site;
         ++place) {
        const auto& [key, table] = *place;
        const bool is_told = key.kind == TableKind::agent || table.state.ended_at() ||
                             table.state.agent() != id.name || kept.contains(key.device);
        if (is_told) continue;
        const WallTime end = std::max(at, table.state.read_at()); // its clock may be wrong
        place->second.state.end(end);
        write_whole(place->second);
        note_change(place->second);
        if (key.kind == TableKind::device)
            events.add(id, {.wall = end, .event = left_event(key.device, id.name)});
    }
}

void Ledger::State::write_whole(Table& table)
{
    if (!std::exchange(table.is_dirty, true)) dirty.push_back(&table);
}

bool Ledger::dirty() const
{
    const Journal& journal = state_->journal;
    const bool has_news = !state_->dirty.empty() || state_->events.has_news() ||
                          !state_->forgotten_tables.empty() || !journal.empty() ||
                          (state_->now && journal.has_due(*state_->now));
    return has_news || std::any_of(state_->agents.begin(), state_->agents.end(), [](const auto& a) {
               return a.second.epochs.dirty();
           });
}

Checkpoint Ledger::take_checkpoint()
{
    State& state = *state_;
    Checkpoint out;
    for (auto& [id, agent] : state.agents)
        agent.epochs.take_changes(id, out);
    if (state.now)
        for (const TableState* due : state.journal.take_due(*state.now))
            state.write_whole(state.tables.at(due->key()));
    for (Table* table : std::exchange(state.dirty, {})) {
        table->is_dirty = false;
        out.tables.push_back(table->state.record(state.journal.number()));
        table->state.take_rollups(state.additions.rollups);
        state.journal.settle(table->state);
    }
    state.journal.take(out);
    out.intervals = std::exchange(state.additions.intervals, {});
    out.rollups = std::exchange(state.additions.rollups, {});
    out.events = state.events.take_news();
    out.forgotten_tables = std::exchange(state.forgotten_tables, {});
    return out;
}

void Ledger::committed(const Checkpoint& checkpoint)
{
    for (const AgentRecord& record : checkpoint.agents)
        state_->agents[record.agent].epochs.committed(record);
}

void Ledger::connected(
    const AgentId& agent, const wire::Hello& hello, std::string peer, WallTime now
)
{
    state_->now = now;
    state_->agents[agent].connected(agent, hello, std::move(peer), now);
}

void Ledger::fenced(
    const AgentId& agent, const std::string& first, const std::string& second, WallTime now
)
{
    if (auto event = state_->agents[agent].fenced(first, second, now))
        state_->events.add(agent, {.wall = now, .event = std::move(*event)});
}

void Ledger::disconnected(const AgentId& agent)
{
    state_->agents[agent].view.connected = false;
}

void Ledger::heard(const AgentId& agent, WallTime now)
{
    state_->now = now;
    state_->agents[agent].view.heard_at = now;
}

std::shared_ptr<const Snapshot> Ledger::snapshot(WallTime now)
{
    State& state = *state_;
    state.now = now;
    auto out = std::make_shared<Snapshot>();
    out->at = now;
    out->devices.reserve(state.devices.size());
    for (auto& [id, device] : state.devices) {
        if (std::exchange(device.has_changed, false))
            device.view = make_device_view(id, tables_of(device), device.view.get());
        (device.view->ended_at ? out->ended : out->devices).push_back(device.view);
    }
    for (const auto& [id, agent] : state.agents)
        out->agents.push_back(agent.view);
    const auto& events = state.events.shown();
    out->events.assign(events.begin(), events.end());
    return out;
}

void Ledger::State::forget(const TableKey& key)
{
    const Table& table = tables.at(key);
    const auto agent = agents.find({key.site, table.state.agent()});
    if (agent != agents.end() && agent->second.tables > 0) --agent->second.tables;
    if (table.device != nullptr) {
        table.device->table(key.kind) = nullptr;
        note_change(table);
        if (!table.device->has_tables()) devices.erase({key.site, key.device});
    }
    recent.clear();
    tables.erase(key);
    forgotten_tables.push_back(key);
}

void Ledger::trim(WallTime limit)
{
    State& state = *state_;
    std::vector<TableKey> forgotten;
    for (auto& [key, table] : state.tables) {
        if (table.state.trim(limit)) note_change(table);
        const bool is_written = !table.is_dirty && !state.journal.needs(table.state);
        if (is_written && table.state.is_over(limit)) forgotten.push_back(key);
    }
    for (const TableKey& key : forgotten)
        state.forget(key);
    state.events.trim(limit);
}

const Ledger::Counts& Ledger::counts() const
{
    return state_->counts;
}

} // namespace hallmonitor::collector
