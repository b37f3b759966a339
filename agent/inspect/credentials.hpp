#pragma once
// Whom `inspect` asks as. A community: from a file, else from the environment, else "public"; a
// user of SNMPv3: from a file alone. Never from the command line, which other users of the machine
// can read.

#include "agent/config.hpp"
#include "common/config/loaded.hpp"
#include "common/config/secret_source.hpp"

#include <string>

namespace hallmonitor::agent {

inline constexpr auto community_variable = "HALLMONITOR_COMMUNITY";

/// Settings of this version with their credentials; the others are the defaults. `file`: YAML with
/// the keys of `snmp` in a configuration that say who asks, kept like any secret; empty: none is
/// given. The origin of a community says which of the three it was: `written` is the built-in
/// "public".
[[nodiscard]] Loaded<SnmpSettings> find_credentials(
    const std::string& file, SnmpVersion version, const SecretSource& secrets
);

} // namespace hallmonitor::agent
