#pragma once
// The kernel's own account of this machine's interfaces: rtnetlink and ethtool netlink messages to
// values. Pure and bounded: whatever the bytes say, nothing is read beyond them.
// Source: linux/rtnetlink.h, linux/if_link.h, linux/ethtool_netlink.h.

#include "common/error.hpp"
#include "common/model/status.hpp"
#include "common/model/table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

struct HostLink {
    std::uint32_t index{0};
    std::string name;  // sanitized
    std::string alias; // sanitized
    std::string mac;
    std::uint32_t type{1}; // IANAifType
    AdminStatus admin{AdminStatus::down};
    OperStatus oper{OperStatus::unknown};
    std::uint64_t speed_mbit{0}; // 0: unknown
    std::uint8_t duplex{1};      // 1 unknown, 2 half, 3 full (dot3StatsDuplexStatus)
    /// if_in_octets .. if_out_discards in Metric's order. Broadcasts are not counted by the kernel
    /// apart, nor multicasts sent: those are empty, and unicast holds what is not known to be
    /// multicast.
    std::array<Cell, 12> counters;
    bool operator==(const HostLink&) const = default;
};

/// One part of an answer: interfaces (in parts of a dump), and whether the dump ended.
struct LinkDump {
    std::vector<HostLink> links;
    std::vector<std::uint32_t> deleted; // RTM_DELLINK
    bool done{false};
    bool interrupted{false}; // NLM_F_DUMP_INTR: the kernel's list changed meanwhile, ask again
};

/// Appends what one datagram of a route socket says. Errors: malformed; the kernel's error of an
/// NLMSG_ERROR.
[[nodiscard]] Result<void> parse_links(std::span<const std::byte> datagram, LinkDump& into);

/// RTM_GETLINK dump request.
[[nodiscard]] std::vector<std::byte> link_dump_request(std::uint32_t sequence);

struct LinkMode {
    std::uint32_t index{0};
    std::uint64_t speed_mbit{0};
    std::uint8_t duplex{1};
};

struct LinkModeDump {
    std::vector<LinkMode> modes;
    bool done{false};
};

/// Generic netlink: asks for the number of the "ethtool" family, and reads the answer.
[[nodiscard]] std::vector<std::byte> ethtool_family_request(std::uint32_t sequence);
/// Errors: malformed, not_found.
[[nodiscard]] Result<std::uint16_t> parse_ethtool_family(std::span<const std::byte> datagram);

/// Dump request of all interfaces' link modes, and what one datagram of the answer says.
[[nodiscard]] std::vector<std::byte> link_modes_request(
    std::uint16_t family, std::uint32_t sequence
);
[[nodiscard]] Result<void> parse_link_modes(
    std::span<const std::byte> datagram, LinkModeDump& into
);

} // namespace hallmonitor::agent
