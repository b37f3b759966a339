#pragma once
// `hallmonitor-agent inspect`: sockets, clock and terminal around Inspection.

#include "agent/config.hpp"
#include "agent/facts/catalogue.hpp"
#include "common/config/values.hpp"

#include <memory>

namespace hallmonitor::agent {

struct InspectRequest {
    Endpoint target;
    SnmpSettings snmp;
    bool json{false};
    std::shared_ptr<const Catalogue> catalogue; // of profiles
};

/// Inspects one device and prints what was understood. Gives the exit code: 0 the device is good, 1
/// a fault was found.
int run_inspect(const InspectRequest& request);

} // namespace hallmonitor::agent
