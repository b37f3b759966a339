#pragma once
// The name by which an interface is known for ever (D10): ifName where it is present and unique on
// the device, then ifDescr, then the MAC; ifIndex only to break a last tie, and then marked, since
// a reboot may move it. Never ifAlias, which people edit. Of 263 recorded devices many have empty,
// repeated or wholly ambiguous names.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// What one row of ifTable and ifXTable says of who it is; strings are sanitized, empty if absent.
struct InterfaceNames {
    std::uint32_t if_index{0};
    std::string name;  // ifName
    std::string descr; // ifDescr
    std::string mac;   // aa:bb:cc:dd:ee:ff
};

struct InterfaceKey {
    std::string key;
    bool unstable{false}; // rests on ifIndex
    bool operator==(const InterfaceKey&) const = default;
};

/// One key a row, in the same order, no two alike. An ifName of one row never equals the ifDescr of
/// another: whoever comes second falls to its next candidate.
[[nodiscard]] std::vector<InterfaceKey> identify(std::span<const InterfaceNames> rows);

} // namespace hallmonitor::agent
