#pragma once
// The command line of snmp_fleet.

#include "tests/sim/fleet.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace hallmonitor::sim {

struct Options {
    std::uint64_t seed{1};
    std::string community{"public"};
    std::string control; // path of the control socket; empty: none
    std::size_t reply_limit{usual_reply};
    std::vector<UsmUser> users;         // of version 3
    std::string schedule;               // path of a file of orders; empty: none
    std::optional<std::uint64_t> chaos; // seed
    std::string record;                 // the device to print as a recording; empty: none
    std::vector<GroupSetup> groups;     // recordings by name only
};

inline constexpr const char* usage_text =
    "usage: snmp_fleet [--seed N] [--community TEXT] [--control SOCKET] [--large]\n"
    "                  [--schedule FILE] [--chaos SEED] [--user USER]... [--record DEV] GROUP...\n"
    "GROUP: --listen IP:PORT [--kind KIND] [--devices N] [--base IP] [--ports N]\n"
    "       --recording FILE --listen IP:PORT [--devices N]\n"
    "Behind a group: --engine HEX, one SNMPv3 engine id for all its devices.\n"
    "USER: of SNMPv3, NAME[:md5|sha1|sha224|sha256|sha384|sha512:PASSWORD\n"
    "      [:des|aes128|aes192|aes256:PASSWORD[:reeder]]]\n"
    "A group's devices answer at IP (--base in its place when given) and the addresses behind it.\n"
    "Port 0: the kernel chooses one, for all groups that have it.\n"
    "Prints one line of JSON when it is ready, with the ports, then answers until SIGTERM.\n"
    "--record DEV prints a recording of that device instead, by number or address.\n";

/// The options, or what is wrong with them.
std::variant<Options, std::string> parse_options(std::span<const char* const> arguments);

} // namespace hallmonitor::sim
