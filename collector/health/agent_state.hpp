#pragma once
// What the ledger knows of one agent: the lives of its spool with what was applied of each, and
// what to show of it.

#include "collector/health/ledger.hpp"
#include "collector/health/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

/// The epochs of an agent, with the batches applied and those that are durable. Each life of its
/// process begins another one; its hello names those of which its spool holds anything yet.
class EpochSet {
public:
    enum class Verdict : std::uint8_t {
        is_new,
        duplicate,
        too_scattered, // more holes than an honest agent makes: not applied
    };
    /// Adds the batch to what is applied, and says whether it was in it.
    Verdict apply(const BatchId& batch);

    /// Forgets all but the epochs that `hello` names and the newest few others: a second machine
    /// with the same identity may come back with its own.
    void keep(const wire::Hello& hello);

    /// What is known of one epoch.
    struct Sets {
        RangeSet applied;
        RangeSet forwarded;
        bool operator==(const Sets&) const = default;
    };
    [[nodiscard]] const Sets& present(Epoch epoch) const;
    [[nodiscard]] const Sets& durable(Epoch epoch) const;
    void set_forwarded(Epoch epoch, Seq seq);
    void committed(const AgentRecord& record);
    void restore(const AgentRecord& record);

    [[nodiscard]] bool dirty() const;
    void take_changes(const AgentId& agent, Checkpoint& into);

private:
    struct Life {
        Epoch epoch;
        Sets present;
        Sets durable;
        std::uint64_t turn{0};
        bool is_dirty{false};
    };
    Life& life_of(Epoch epoch);
    [[nodiscard]] const Life* find(Epoch epoch) const;

    std::vector<Life> lives_; // newest use last
    std::vector<Epoch> forgotten_;
};

struct AgentState {
    EpochSet epochs;
    AgentView view;
    std::size_t tables{0};

    void connected(const AgentId& id, const wire::Hello& hello, std::string peer, WallTime now);
    /// The event to tell, unless the same was told already.
    [[nodiscard]] std::optional<Event> fenced(
        const std::string& first, const std::string& second, WallTime now
    );
};

} // namespace hallmonitor::collector
