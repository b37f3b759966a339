#pragma once
// `backup` and `restore`: a collector in a folder, and back. The folder holds ledger.db,
// collector.yaml and tls/ with the files that the configuration names and the CA's key beside them.

#include <string>

namespace hallmonitor::collector {

struct BackupOptions {
    std::string config; // file
    std::string folder; // backup: to make; restore: to read
    bool force{false};  // restore: put the ledger that is there aside
};

/// Copies what a running collector has into a folder that is not there yet; it appears whole or not
/// at all. Exit code: 0 done, 1 not, with the reason on stderr.
[[nodiscard]] int back_up(const BackupOptions& options);

/// Puts a backup in place while no collector runs: the configuration and the TLS files where there
/// are none, and the ledger. Exit code: 0 done, 1 not, with the reason on stderr.
[[nodiscard]] int restore(const BackupOptions& options);

} // namespace hallmonitor::collector
