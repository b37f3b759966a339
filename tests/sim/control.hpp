#pragma once
// The control protocol by which a test moves the fleet and asks what it served: a line in, a JSON
// object out. `help` lists the commands, `faults` what devices can do wrong. DEV is a device's
// number from 0 or its address; `all` in its place means every device.

#include "tests/sim/fleet.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hallmonitor::sim {

/// A moment on both clocks, so that answers can be given in wall time.
struct Moment {
    Instant now;
    std::int64_t wall_ms;

    /// Another moment of this run, in wall time.
    [[nodiscard]] std::int64_t wall_ms_at(Instant at) const
    {
        return wall_ms - (now - at).count() / 1000;
    }
};

/// Carries out all orders of the fleet's schedule that are due.
void run_due(Fleet& fleet, Moment moment);

/// Carries out one line. The answer has "ok": true, or false with "error".
std::string run_command(Fleet& fleet, std::string_view line, Moment moment);

} // namespace hallmonitor::sim
