#pragma once
// The agent's parts, owned and wired: everything runs on one loop but the spool's disk thread.

#include "agent/config.hpp"
#include "agent/facts/catalogue.hpp"

#include <memory>

namespace hallmonitor::agent {

/// Runs the agent, with these profiles, until SIGINT or SIGTERM. Gives the process's exit code: 0
/// after a signal, 1 when it cannot start or go on, with the reason on stderr.
[[nodiscard]] int run_daemon(
    const Config& config, const std::shared_ptr<const Catalogue>& profiles
);

} // namespace hallmonitor::agent
