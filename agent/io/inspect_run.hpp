#pragma once
// `hallmonitor-agent inspect`: sockets, clock and terminal around Inspection.

#include "agent/config.hpp"
#include "common/config/values.hpp"

namespace hallmonitor::agent {

struct InspectRequest {
    Endpoint target;
    SnmpSettings snmp;
    bool json{false};
};

/// Inspects one device and prints what was understood. Gives the exit code: 0 the device is good, 1
/// a fault was found.
int run_inspect(const InspectRequest& request);

} // namespace hallmonitor::agent
