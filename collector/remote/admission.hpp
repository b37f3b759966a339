#pragma once
// Which batches go on to the receiver, and how much of them may wait. Runs where batches are
// applied, and knows of what waits by what it is told.
//
// ack_after ledger: each batch once, when it is new; what has no room is lost and counted.
// ack_after ledger+remote: a batch without room is missed. Its agent keeps it, since it is not
// acknowledged, and is asked for it again once there is room. There is no queue for that: the
// spools of the agents are it.

#include "collector/remote/outbox.hpp"
#include "common/model/range_set.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace hallmonitor::collector::remote {

class Admission {
public:
    /// `keeps`: ack_after ledger+remote.
    Admission(std::size_t queue_bytes, bool keeps) : queue_bytes_(queue_bytes), keeps_(keeps) {}

    enum class Fate : std::uint8_t {
        taken,       // to be handed over
        passed_over, // it went on before
        missed,      // no room; its agent will be asked for it
        not_now,     // the same, of one that came again in the history lane
    };
    /// A batch of `cells` cells. `is_new`: it was applied just now. `forwarded`: what of its epoch
    /// is known to be with the receiver.
    Fate offer(
        const BatchName& name,
        wire::Lane lane,
        std::size_t cells,
        bool is_new,
        const RangeSet& forwarded
    );

    /// News: this many cells handed over were made into requests, of which so many octets wait.
    void note(std::size_t cells_done, std::size_t waiting_bytes);

    /// Agents to be asked for what they were not relieved of, now that there is room; few at a
    /// time.
    [[nodiscard]] std::vector<AgentId> take_due();
    /// It comes with all of it by itself.
    void reconnected(const AgentId& agent) { due_.erase(agent); }

    [[nodiscard]] std::uint64_t dropped_cells() const { return dropped_cells_; }

private:
    [[nodiscard]] std::size_t waiting() const;
    Fate miss(const BatchName& name, Fate fate);

    std::size_t queue_bytes_;
    bool keeps_;
    std::map<std::pair<AgentId, Epoch>, RangeSet> handed_; // with keeps_
    std::set<AgentId> due_;
    std::size_t cells_under_way_{0}; // handed over, not yet made into requests
    std::size_t waiting_bytes_{0};
    std::uint64_t dropped_cells_{0};
};

} // namespace hallmonitor::collector::remote
