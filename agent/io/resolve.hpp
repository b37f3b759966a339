#pragma once
// Addresses of host names.

#include "agent/snmp/peer.hpp"
#include "common/io/task.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// Addresses of `host`, a literal or a name, in the resolver's order; at least one. Errors: the
/// resolver's; timed_out after ten seconds.
Task<Result<std::vector<PeerAddress>>> resolve(std::string host, std::uint16_t port);

} // namespace hallmonitor::agent
