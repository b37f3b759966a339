#pragma once
// The command line of tcp_proxy.

#include "tests/sim/words.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <variant>

namespace hallmonitor::proxy {

struct Options {
    sim::Address listen;
    sim::Address to;
    std::string control; // path of the control socket; empty: none
    std::uint64_t seed{1};
    std::uint64_t period_ms{0}; // of the schedule that it begins with; 0: none
};

inline constexpr const char* usage_text =
    "usage: tcp_proxy --listen IP:PORT --to IP:PORT [--control SOCKET] [--seed N] "
    "[--schedule PERIOD_MS]\n"
    "Carries TCP connections, with faults on command (ask 'help' at the control socket) or at "
    "random.\n"
    "Port 0: the kernel chooses one. Prints one line of JSON when it is ready, with the port, one "
    "for\n"
    "each fault that a schedule switches, and ends at SIGTERM.\n";

/// The options, or what is wrong with them.
std::variant<Options, std::string> parse_options(std::span<const char* const> arguments);

} // namespace hallmonitor::proxy
