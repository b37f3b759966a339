#pragma once
// Drafts a profile out of what MIB modules define: everything that can be read, under names that
// the author keeps or changes. What it means no MIB says; that is left to fill in.

#include "agent/snmp/oid.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

/// A scalar, or a column of a table, that can be read.
struct MibObject {
    std::string name; // as its MIB has it
    Oid oid;          // of a scalar without the .0
    std::string syntax;
    std::string units;                                       // as its MIB has them, or empty
    std::vector<std::pair<std::int64_t, std::string>> words; // of an enumeration, by number
};

struct MibTable {
    std::string name;
    std::string entry_name;
    Oid entry;
    std::vector<std::string> index; // names of the objects that make it
    std::vector<MibObject> columns;
};

struct MibModules {
    std::vector<std::string> names;
    std::vector<MibObject> scalars;
    std::vector<MibTable> tables;
    std::vector<std::string> missing; // what is left out and why, one sentence each
};

/// Names of the modules that a MIB file defines, in their order. Source: RFC 2578 section 3.
[[nodiscard]] std::vector<std::string> modules_in(std::string_view text);

/// "cpuLoad5min" under the prefix "cpu" is "load5min", "ifHCInOctets" is "if_hc_in_octets".
[[nodiscard]] std::string column_name(std::string_view object, std::string_view prefix);

/// A profile in YAML that loads as it is and reads all of it; facts are comments.
[[nodiscard]] std::string draft_profile(const MibModules& modules);

} // namespace hallmonitor::agent
