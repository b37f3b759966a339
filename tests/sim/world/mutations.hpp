#pragma once
// Parts of the world that are wrong on purpose, to see that the oracle notices.

namespace hallmonitor::world {

struct Mutations {
    bool acks_before_commit{false};
    bool forgets_applied{false}; // the database's applied sets, at a restart
    bool drops_history{false};   // batches of that lane are acknowledged, and not applied
    bool syncs_nothing{false};   // the disk says that it has
    bool reuses_numbers{false};  // an agent begins behind what it found, whatever it may have sent
};

} // namespace hallmonitor::world
