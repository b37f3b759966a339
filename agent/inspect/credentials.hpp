#pragma once
// The community that `inspect` asks with: from a file, else from the environment, else "public".
// Never from the command line, which other users of the machine can read.

#include "common/config/loaded.hpp"
#include "common/config/secret.hpp"
#include "common/config/secret_source.hpp"

#include <string>

namespace hallmonitor::agent {

inline constexpr auto community_variable = "HALLMONITOR_COMMUNITY";

/// `file`: YAML with the one key `community`, kept like any secret; empty: none is given. The
/// origin of the secret says which of the three it was: `written` is the built-in "public".
[[nodiscard]] Loaded<Secret> find_community(const std::string& file, const SecretSource& secrets);

} // namespace hallmonitor::agent
