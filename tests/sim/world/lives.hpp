#pragma once
// The lives that the books tell of, against the truth: what was observed is known and right, what
// was not is unknown, and there is nothing else.

#include "collector/health/snapshot.hpp"
#include "tests/sim/world/oracle.hpp"
#include "tests/sim/world/watching.hpp"

#include <functional>
#include <string>

namespace hallmonitor::world {

using Complain = std::function<void(const std::string&)>;

/// Intervals in order, without overlap, of lengths that with the unknown time sum to the whole.
void check_sums(const collector::Snapshot& snapshot, WallTime end, const Complain& complain);

/// Of a school whose machine's clock was never set.
void check_lives(
    const SchoolBooks& school,
    const collector::Snapshot& snapshot,
    const Habits& habits,
    const Complain& complain
);

} // namespace hallmonitor::world
