#pragma once
// What net-snmp's MIB parser says while it reads, told apart: faults of the text, and what is only
// missing since a module that defines it is not there.

#include "common/config/loaded.hpp"

#include <string>
#include <vector>

namespace hallmonitor::agent {

struct MibFindings {
    std::vector<ConfigError> faults;  // what was read cannot be relied on
    std::vector<ConfigError> missing; // the rest can; each says what to add
};

/// `told`: the parser's messages in their order; `file`: where those belong that say no place.
[[nodiscard]] MibFindings findings_in(
    const std::vector<std::string>& told, const std::string& file
);

} // namespace hallmonitor::agent
