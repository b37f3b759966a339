#pragma once
// The only place that reads the kernel's clocks.

#include "common/time.hpp"

namespace hallmonitor {

/// CLOCK_BOOTTIME: counts through suspend, never steps.
[[nodiscard]] MonoTime mono_now();

/// CLOCK_REALTIME.
[[nodiscard]] WallTime wall_now();

} // namespace hallmonitor
