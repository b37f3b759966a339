#pragma once
// The district's private certificate authority, in a folder of files: it names the collector and
// its agents to each other and nothing else. P-256 keys, made here; no key ever leaves but an
// agent's own.

#include "common/error.hpp"
#include "common/model/ids.hpp"

#include <string>
#include <vector>

namespace hallmonitor::collector {

/// What was written, for the one who ran the command.
struct WrittenFiles {
    std::vector<std::string> paths;
};

/// Makes `directory` with ca.pem, ca.key (10 years) and collector.pem, collector.key (825 days)
/// valid for `names` (DNS names and addresses; localhost, 127.0.0.1 and ::1 are always among them).
/// An existing CA is never overwritten. Errors: refused, file system errors; `problem` is one
/// sentence.
[[nodiscard]] Result<WrittenFiles> init_ca(
    const std::string& directory, const std::vector<std::string>& names, std::string& problem
);

/// Makes agent.pem and agent.key (825 days) for `agent` in folder `out`, with ca.pem beside them.
/// An existing agent.key is never overwritten. Errors: refused (a name that is not allowed),
/// not_found (no CA in `directory`), file system errors.
[[nodiscard]] Result<WrittenFiles> issue(
    const std::string& directory, const AgentId& agent, const std::string& out, std::string& problem
);

} // namespace hallmonitor::collector
