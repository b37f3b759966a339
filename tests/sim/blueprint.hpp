#pragma once
// What all devices of one kind and size share: their ports, quantities and objects.

#include "tests/sim/mib.hpp"
#include "tests/sim/signals.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hallmonitor::sim {

/// What a port is for: which end of a cable it may be (see topology.hpp).
enum class Role : std::uint8_t { edge, uplink, trunk, ring };

struct PortSpec {
    std::string name;  // ifName
    std::string descr; // ifDescr
    std::string alias;
    std::uint32_t if_index{0};
    std::uint64_t speed{0}; // bit/s
    std::uint32_t type{6};  // ifType
    std::uint32_t mtu{1500};
    Role role{Role::edge};
    bool is_link_up{true};
    bool is_admin_up{true};
    bool is_half_duplex{false};
    std::uint32_t packets_an_error{0}; // 0: it never errs
};

struct Blueprint {
    std::vector<PortSpec> ports;
    std::vector<std::uint32_t> if_index; // by port; renumbering moves them
    Signals::Specs signals{std::make_shared<const std::vector<SignalSpec>>()};
    std::vector<std::string> texts; // {n} in them is the number of the device
    std::string descr;              // sysDescr
    Mib mib;
};

} // namespace hallmonitor::sim
