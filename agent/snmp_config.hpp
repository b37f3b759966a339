#pragma once
// The `snmp` part of a configuration: read layer over layer (built-in, defaults, group, device),
// judged as a whole for each device, and written again.

#include "agent/config.hpp"
#include "agent/load_context.hpp"
#include "common/config/strict_yaml.hpp"
#include "common/config/yaml_writer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::agent {

/// Settings so far. What SNMPv3 needs may come from several layers, so nothing is missing yet.
struct SnmpLayer {
    SnmpSettings settings;
    std::optional<AuthProtocol> auth;
    std::optional<PrivProtocol> priv;
    std::optional<SecurityLevel> level;
    bool allows_weak{false};
};

/// Reads the keys of an `snmp` mapping; what it names replaces what was there.
void read_snmp(Section& snmp, const LoadContext& context, SnmpLayer& into);

/// Reads who asks: the community, or the user of SNMPv3 with his passwords. Part of read_snmp().
void read_credentials(Section& snmp, const LoadContext& context, SnmpLayer& into);

/// What keeps a text from being a community; empty: nothing.
[[nodiscard]] std::string community_fault(std::string_view text);

/// Settings that are whole, or what is wrong with them.
struct SnmpVerdict {
    SnmpSettings settings;
    std::string fault;   // empty: none
    bool is_weak{false}; // MD5 or DES, as allowed
};
inline constexpr std::string_view weak_protocols = "MD5 or DES, which are broken";
[[nodiscard]] SnmpVerdict finished(const SnmpLayer& layer);

/// Whether a secret stands in the configuration itself; the built-in community is none.
[[nodiscard]] bool holds_secrets(const SnmpSettings& snmp);

/// Writes what reads as the same settings, but for secrets that stood in the file itself.
void write_snmp(YamlWriter& out, const SnmpSettings& snmp);

} // namespace hallmonitor::agent
