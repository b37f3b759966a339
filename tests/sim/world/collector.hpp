#pragma once
// The collector's process in the world: sessions, ledger and checkpoints, as collector/io joins
// them. What survives it is in Books.

#include "collector/health/ledger.hpp"
#include "collector/ingest/session.hpp"
#include "tests/sim/world/books.hpp"
#include "tests/sim/world/endpoint.hpp"
#include "tests/sim/world/mutations.hpp"
#include "tests/sim/world/oracle.hpp"

#include <cstdint>
#include <map>
#include <memory>

namespace hallmonitor::world {

class Collector {
public:
    using Clock = std::function<WallTime()>;
    Collector(
        Events& events,
        std::function<void()> on_killed,
        Books& books,
        Oracle& oracle,
        Clock clock,
        const Mutations& mutations
    );

    void start();
    /// An agent has connected; who it is stands in its certificate.
    void accept(const AgentId& agent, std::shared_ptr<Connection> connection);

    [[nodiscard]] const collector::Ledger& ledger() const { return ledger_; }
    [[nodiscard]] std::size_t open_connections() const { return connections_.size(); }

private:
    struct Peer;
    using PeerPtr = std::shared_ptr<Peer>;

    void take(const PeerPtr& peer, const wire::Message& message);
    void admit(const PeerPtr& peer, const wire::Hello& hello);
    void ask_first(const PeerPtr& peer, const wire::Hello& hello, const PeerPtr& first, int left);
    void welcome(const PeerPtr& peer, const wire::Hello& hello);
    void react(const PeerPtr& peer, const collector::Reaction& reaction);
    void ended(const PeerPtr& peer);
    void checkpoint();
    void commit();
    void committed(bool is_written);
    void acknowledge(const collector::Checkpoint& checkpoint);
    void pause(bool is_paused);

    Books& books_;
    Oracle& oracle_;
    Clock clock_;
    const Mutations& mutations_;
    Life life_;
    collector::Ledger ledger_;
    std::map<std::uint64_t, PeerPtr> connections_;
    std::map<AgentId, PeerPtr> agents_;
    std::uint64_t last_connection_{0};
    std::shared_ptr<const collector::Checkpoint> pending_;
    bool is_in_flight_{false};
    bool is_paused_{false};
};

} // namespace hallmonitor::world
