#pragma once
// The collector's parts, owned and wired. Three threads: the ingest loop (agents and the ledger's
// logic), the HTTP loop, and the database's. They share immutable snapshots and posted values
// alone.

#include "collector/config.hpp"

#include <string>

namespace hallmonitor::collector {

/// Runs the collector until SIGINT or SIGTERM. Gives the process's exit code: 0 after a signal, 1
/// when it cannot start or go on, with the reason on stderr.
[[nodiscard]] int run_daemon(const Config& config);

/// Where the control socket of a collector with this configuration is.
[[nodiscard]] std::string control_socket_of(const Config& config);

} // namespace hallmonitor::collector
