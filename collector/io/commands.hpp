#pragma once
// The commands that ask a running collector and print its answer.

#include <string>

namespace hallmonitor::collector {

struct AskOptions {
    std::string socket;
    std::string site;
    std::string since{"24h"};
    std::string until;
    bool json{false};
    bool all{false};
    double watch_seconds{0}; // status: again and again; 0: once
};

// Exit codes: 0 good, 1 found fault (a device down, the collector not to be reached).
[[nodiscard]] int print_status(const AskOptions& options);
[[nodiscard]] int print_report(const AskOptions& options);
[[nodiscard]] int print_outages(const AskOptions& options);
[[nodiscard]] int print_agents(const AskOptions& options);

} // namespace hallmonitor::collector
