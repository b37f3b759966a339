#pragma once
// Devices of the configuration: the built-in settings, `defaults`, the group and the device itself
// are folded one over the other, and each entry becomes one whole DeviceConfig.

#include "agent/config.hpp"
#include "agent/load_context.hpp"
#include "common/config/strict_yaml.hpp"

#include <vector>

namespace hallmonitor::agent {

/// Reads `watch` into `into`: what it names replaces what was there.
void read_watch(Section& section, WatchSettings& into);

/// Reads `defaults`, `groups` and `devices` of the root. Names are unique, and so is each pair of
/// address and SNMP port.
std::vector<DeviceConfig> read_devices(Section& root, const LoadContext& context);

} // namespace hallmonitor::agent
