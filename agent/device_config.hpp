#pragma once
// Devices of the configuration: the built-in settings, `defaults`, the group and the device itself
// are folded one over the other, and each entry becomes one whole DeviceConfig.

#include "agent/config.hpp"
#include "common/config/secret_source.hpp"
#include "common/config/strict_yaml.hpp"

#include <string_view>
#include <vector>

namespace hallmonitor::agent {

/// What the layers of a configuration have in common while they are read.
struct LoadContext {
    const std::string& file;
    const SecretSource& secrets;
    std::vector<std::string>& warnings;
};

/// One line of 1 to 255 printable bytes.
[[nodiscard]] bool is_community(std::string_view text);

/// Reads `watch` into `into`: what it names replaces what was there.
void read_watch(Section& section, WatchSettings& into);

/// Reads `defaults`, `groups` and `devices` of the root. Names are unique, and so is each pair of
/// address and SNMP port.
std::vector<DeviceConfig> read_devices(Section& root, const LoadContext& context);

} // namespace hallmonitor::agent
