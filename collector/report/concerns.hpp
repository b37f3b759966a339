#pragma once
// What somebody should look at now: of a device's facts a UPS on battery, a failed supply or fan,
// heat over its threshold, PoE near its budget; and what is wrong with the collector itself.

#include "collector/expose/self_metrics.hpp"
#include "collector/health/snapshot.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::collector {

struct Concern {
    std::string_view kind; // one word with underscores, for programs
    std::string text;      // for people, to stand behind the device's name
};

/// In the order of urgency; nothing of facts that are too old.
[[nodiscard]] std::vector<Concern> concerns_of(const DeviceView& device, WallTime now);

/// Troubles of the collector, a sentence each.
[[nodiscard]] std::vector<std::string> troubles_of(const DaemonFigures& figures);

} // namespace hallmonitor::collector
