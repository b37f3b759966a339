#pragma once
// Reads MIB files with net-snmp's own parser, whose library is loaded only then: an agent that
// never compiles a profile needs none of it.

#include "agent/facts/compile.hpp"
#include "common/config/loaded.hpp"

#include <string>
#include <vector>

namespace hallmonitor::agent {

/// What can be read of the modules that `files` define. What they import is looked for in the
/// folders, then beside the files. The parser is global and remembers what it read: a module is
/// read once a process.
/// What stands in modules that are nowhere is left out, and MibModules::missing says so.
/// Errors: a file that cannot be read or parsed, by file and line; a module that is nowhere, when
/// nothing is left; the library is not installed.
[[nodiscard]] Loaded<MibModules> read_mibs(
    const std::vector<std::string>& files, const std::vector<std::string>& folders
);

} // namespace hallmonitor::agent
