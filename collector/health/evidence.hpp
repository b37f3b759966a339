#pragma once
// From two neighbouring observations of one object to the pieces of its life between them (D2).
// Pure functions: what lies in neither piece is unknown.

#include "collector/health/timeline.hpp"
#include "common/model/status.hpp"
#include "common/time.hpp"

#include <array>
#include <chrono>
#include <optional>

namespace hallmonitor::collector {

struct Observation {
    WallTime at;
    State state{State::unknown};
};

/// At most two pieces: the old state as long as it stands, then the new one from its change on.
/// Pieces that do not exist have no length.
struct Pieces {
    Interval before;
    Interval after;
};

/// Between `earlier` and `later`. The old state stands until the change, but for `hold` at most.
/// The change is at `changed_at` where the object dates it itself and that lies between the two,
/// else at the later observation (the first one of the new state).
[[nodiscard]] Pieces pieces_between(
    const Observation& earlier,
    const Observation& later,
    std::chrono::milliseconds hold,
    std::optional<WallTime> changed_at
);

/// Moment of ifLastChange on the wall clock: `at` is when the device's uptime was `uptime`. Empty
/// when last_change is later than uptime (it wrapped, or is nonsense).
[[nodiscard]] std::optional<WallTime> moment_of(
    DeviceTicks last_change, DeviceTicks uptime, WallTime at
);

} // namespace hallmonitor::collector
