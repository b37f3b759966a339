#pragma once
// Which interface a PoE port is. POWER-ETHERNET-MIB (RFC 3621) knows ports by group and number and
// does not say; where a vendor's own table does not either, names and counts may. What is not
// certain stays unsaid: the power of another port is worse than none.

#include "agent/facts/facts.hpp"
#include "agent/profile/interface_table.hpp"

#include <span>
#include <vector>

namespace hallmonitor::agent {

/// Sets `if_index` of the rows of pethPsePortTable, all or none of them. `rows`: of the section
/// poe_ports. None where one has it already.
void find_poe_ports(std::vector<FactRow>& rows, std::span<const Interface> interfaces);

} // namespace hallmonitor::agent
