#pragma once
// This machine's interfaces as a table, like any device's. Interfaces are known by their name,
// which the kernel keeps unique; an interface that is made anew under its old name goes on.

#include "agent/config.hpp"
#include "agent/host/rtnl_parse.hpp"
#include "common/model/table.hpp"

#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// Links that the configuration does not exclude, in order of their index.
[[nodiscard]] std::vector<HostLink> kept_links(
    std::vector<HostLink> links, const std::vector<std::string>& exclude
);

[[nodiscard]] TableDefinition host_table(
    const std::string& device, const HostConfig& config, std::span<const HostLink> links
);
/// `links` are those of the definition, in the same order. The kernel has no uptime of its own
/// here.
[[nodiscard]] TableReading host_reading(std::span<const HostLink> links, MonoTime at);

} // namespace hallmonitor::agent
