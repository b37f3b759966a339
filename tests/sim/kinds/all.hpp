#pragma once
// Each kind's ports and objects, by the names under which the table of kinds has them.

#include "tests/sim/kinds/tables.hpp"

#include <vector>

namespace hallmonitor::sim::kinds {

/// A bare switch: system, ifTable, ifXTable. The last two ports of at least four are uplinks.
std::vector<PortSpec> switch_ports(std::size_t count);
void describe_switch(Tables& tables);

std::vector<PortSpec> access_ports(std::size_t count);
void describe_access(Tables& tables);

/// `count` ports of 10 Gbit/s, and a few faster ones.
std::vector<PortSpec> core_ports(std::size_t count);
void describe_core(Tables& tables);

/// `count` Ethernet ports, and some that are none.
std::vector<PortSpec> router_ports(std::size_t count);
void describe_router(Tables& tables);

std::vector<PortSpec> ups_ports(std::size_t count);
void describe_ups(Tables& tables);

/// `count` access points.
std::vector<PortSpec> controller_ports(std::size_t count);
void describe_controller(Tables& tables);

/// A printer has ports as a UPS has.
void describe_printer(Tables& tables);

} // namespace hallmonitor::sim::kinds
