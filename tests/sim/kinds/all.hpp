#pragma once
// Each kind's ports and objects, by the names under which the table of kinds has them.

#include "tests/sim/kinds/tables.hpp"

#include <vector>

namespace hallmonitor::sim::kinds {

/// A bare switch: system, ifTable, ifXTable. The last two ports of at least four are uplinks.
std::vector<PortSpec> switch_ports(std::size_t count);
void describe_switch(Tables& tables);

} // namespace hallmonitor::sim::kinds
