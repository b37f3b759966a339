#pragma once
// The kinds of device that a fleet can hold, as one table. A kind is a row: its name, its ports and
// how it describes its objects.

#include "tests/sim/kinds/tables.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace hallmonitor::sim {

struct Kind {
    std::string_view name; // on the command line
    std::string_view meaning;
    std::size_t usual_ports;
    std::vector<PortSpec> (*ports)(std::size_t count);
    void (*describe)(Tables& tables);
    /// Some OIDs differ between two devices of the kind, so that they can share nothing.
    bool is_personal{false};
};

/// All kinds there are; the first is the usual one.
std::span<const Kind> kind_table();
/// Null for an unknown name.
const Kind* find_kind(std::string_view name);

/// `generation`: how often a device was renumbered; rows keep their names and counters and change
/// their ifIndex. `device`: its number, for a personal kind.
Blueprint make_blueprint(
    const Kind& kind, std::size_t ports, std::uint32_t generation, std::uint32_t device = 0
);

} // namespace hallmonitor::sim
