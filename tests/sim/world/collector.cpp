#include "tests/sim/world/collector.hpp"

#include "common/limits.hpp"

#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr Instant commit_time = 20ms;
constexpr auto answer_poll = 50ms;
constexpr int answer_polls = 60; // 3 s

collector::LedgerImage image_of(const Books& books, const Mutations& mutations)
{
    collector::LedgerImage image = books.image();
    if (mutations.forgets_applied) image.agents.clear();
    return image;
}

} // namespace

struct Collector::Peer {
    AgentId agent;
    std::uint64_t number{0};
    std::shared_ptr<Endpoint> endpoint;
    collector::Session session;
    std::uint64_t boot{0}; // of the agent's machine
    std::uint64_t asked{0};
    std::uint64_t answered{0};
    bool is_admitted{false};
    std::vector<wire::Message> waiting{}; // behind a hello that is being thought about
    bool is_thinking{false};
};

Collector::Collector(
    Events& events,
    std::function<void()> on_killed,
    Books& books,
    Oracle& oracle,
    Clock clock,
    const Mutations& mutations
)
    : books_(books), oracle_(oracle), clock_(std::move(clock)), mutations_(mutations),
      life_(events, std::move(on_killed)), ledger_(image_of(books, mutations))
{}

void Collector::start()
{
    life_.after(limits::checkpoint_period, [this] {
        checkpoint();
        start();
    });
}

void Collector::accept(const AgentId& agent, std::shared_ptr<Connection> connection)
{
    auto peer = std::make_shared<Peer>();
    peer->agent = agent;
    peer->number = ++last_connection_;
    peer->endpoint = std::make_shared<Endpoint>(life_, std::move(connection), Side::collector);
    connections_.emplace(peer->number, peer);
    const std::weak_ptr weak = peer;
    peer->endpoint->start({
        .message =
            [this, weak](const wire::Message& message) {
                if (const auto self = weak.lock()) take(self, message);
            },
        .closed =
            [this, weak] {
                if (const auto self = weak.lock()) ended(self);
            },
        .drained = {},
    });
    if (is_paused_) peer->endpoint->pause(true);
}

void Collector::take(const PeerPtr& peer, const wire::Message& message)
{
    if (const auto* keepalive = std::get_if<wire::Keepalive>(&message))
        peer->answered = keepalive->token;
    if (peer->is_thinking) {
        peer->waiting.push_back(message);
        return;
    }
    const collector::Reaction reaction = peer->session.feed(message, MonoTime{life_.now()});
    if (reaction.hello) return admit(peer, *reaction.hello);
    react(peer, reaction);
    if (!peer->endpoint->is_closed() && peer->is_admitted) ledger_.heard(peer->agent, clock_());
}

void Collector::admit(const PeerPtr& peer, const wire::Hello& hello)
{
    const auto known = agents_.find(peer->agent);
    if (known == agents_.end()) return welcome(peer, hello);
    peer->is_thinking = true;
    known->second->endpoint->send(wire::Keepalive{++known->second->asked});
    ask_first(peer, hello, known->second, answer_polls);
}

// Whoever answers first stays.
void Collector::ask_first(
    const PeerPtr& peer, const wire::Hello& hello, const PeerPtr& first, int left
)
{
    if (peer->endpoint->is_closed()) return;
    if (!first->endpoint->is_closed() && first->answered >= first->asked) {
        peer->endpoint->send(wire::Refusal{.reason = "another agent", .fenced = true});
        oracle_.fenced(peer->agent);
        return peer->endpoint->close("fenced");
    }
    if (left > 0 && !first->endpoint->is_closed()) {
        life_.after(answer_poll, [this, peer, hello, first, left] {
            ask_first(peer, hello, first, is_paused_ ? left : left - 1);
        });
        return;
    }
    peer->is_thinking = false;
    first->endpoint->close("replaced");
    const auto known = agents_.find(peer->agent);
    if (known != agents_.end() && known->second != first) return admit(peer, hello);
    welcome(peer, hello);
    for (const wire::Message& message : std::exchange(peer->waiting, {}))
        if (!peer->endpoint->is_closed()) take(peer, message);
}

void Collector::welcome(const PeerPtr& peer, const wire::Hello& hello)
{
    agents_[peer->agent] = peer;
    peer->is_admitted = true;
    peer->boot = hello.boot;
    ledger_.connected(peer->agent, hello, "simulated", clock_());
    RangeSet applied = ledger_.durable(peer->agent, hello.epoch);
    oracle_.acknowledged(peer->agent, hello.epoch, applied);
    for (const wire::OlderEpoch& life : hello.older) {
        const RangeSet durable = ledger_.durable(peer->agent, life.epoch);
        const RangeSet before = peer->session.held(life.epoch, durable);
        oracle_.acknowledged(peer->agent, life.epoch, before);
        for (const SeqRange& range : before.ranges())
            applied.add(range);
    }
    peer->endpoint->send(peer->session.welcome(applied, clock_()));
}

void Collector::react(const PeerPtr& peer, const collector::Reaction& reaction)
{
    for (const wire::Message& message : reaction.send) {
        if (const auto* reject = std::get_if<wire::Reject>(&message))
            oracle_.rejected(peer->agent, reject->seq, reject->reason);
        peer->endpoint->send(message);
    }
    if (reaction.delivery) {
        const wire::Lane lane = reaction.delivery->lane;
        const DecodedBatch& batch = reaction.delivery->batch;
        ledger_.heard(peer->agent, clock_());
        if (!(mutations_.drops_history && lane == wire::Lane::history)) {
            const auto applied = ledger_.apply(peer->agent, lane, batch);
            if (applied.is_new) oracle_.applied(peer->agent, batch.id, peer->boot, clock_());
        }
        RangeSet one;
        one.add(batch.id.seq);
        const bool is_rash = mutations_.acks_before_commit || mutations_.drops_history;
        if (is_rash) {
            oracle_.acknowledged(peer->agent, batch.id.epoch, one);
            peer->endpoint->send(wire::Ack{one});
        }
    }
    if (reaction.close) peer->endpoint->close_after_writing(*reaction.close);
}

void Collector::ended(const PeerPtr& peer)
{
    connections_.erase(peer->number);
    const auto known = agents_.find(peer->agent);
    if (known == agents_.end() || known->second != peer) return;
    agents_.erase(known);
    ledger_.disconnected(peer->agent);
}

void Collector::checkpoint()
{
    if (is_in_flight_) return;
    if (!pending_) {
        if (!ledger_.dirty()) return;
        pending_ = std::make_shared<const collector::Checkpoint>(ledger_.take_checkpoint());
        oracle_.checkpoint_taken();
    }
    commit();
}

void Collector::commit()
{
    is_in_flight_ = true;
    // Written at one moment, told at a later one: a kill may come between the two.
    life_.after(commit_time, [this] {
        const bool is_written = books_.write(*pending_);
        if (is_written) oracle_.committed();
        life_.after(commit_time, [this, is_written] { committed(is_written); });
    });
}

void Collector::committed(bool is_written)
{
    is_in_flight_ = false;
    if (is_written) {
        const auto written = std::exchange(pending_, nullptr);
        ledger_.committed(*written);
        acknowledge(*written);
    }
    if (is_paused_ == is_written) pause(!is_written);
}

void Collector::acknowledge(const collector::Checkpoint& checkpoint)
{
    for (const collector::AgentRecord& record : checkpoint.agents) {
        const auto known = agents_.find(record.agent);
        if (known == agents_.end() || !known->second->session.has(record.epoch)) continue;
        const RangeSet applied = ledger_.durable(record.agent, record.epoch);
        oracle_.acknowledged(record.agent, record.epoch, applied);
        known->second->endpoint->send(wire::Ack{applied});
    }
}

// Agents keep what cannot be stored.
void Collector::pause(bool is_paused)
{
    is_paused_ = is_paused;
    for (const auto& [number, peer] : connections_)
        peer->endpoint->pause(is_paused);
}

} // namespace hallmonitor::world
