#pragma once
// Groups of objects that several kinds of device have.

#include "tests/sim/kinds/tables.hpp"

#include <string>

namespace hallmonitor::sim {

inline constexpr std::uint32_t ethernet = 6; // ifType ethernetCsmacd

/// system (RFC 3418), engine and host uptime.
struct SystemSpec {
    std::string descr;
    Oid object_id;
    std::string location{"rack 1"};
    std::int64_t services{2};
};
void add_system(Tables& tables, const SystemSpec& spec);

/// ifTable and ifXTable (RFC 2863) of all ports.
void add_interfaces(Tables& tables);

} // namespace hallmonitor::sim
