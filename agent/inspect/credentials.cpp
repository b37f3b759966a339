#include "agent/inspect/credentials.hpp"

#include "agent/snmp_config.hpp"
#include "common/config/strict_yaml.hpp"

#include <utility>
#include <variant>

namespace hallmonitor::agent {
namespace {

Loaded<SnmpSettings> fault(const std::string& place, const std::string& message)
{
    Loaded<SnmpSettings> loaded;
    loaded.errors.push_back({.file = place, .line = 0, .column = 0, .message = message});
    return loaded;
}

SnmpSettings settings_of(SnmpVersion version)
{
    SnmpSettings settings;
    settings.version = version;
    return settings;
}

Loaded<SnmpSettings> read_file(
    const std::string& text,
    const std::string& file,
    SnmpVersion version,
    const SecretSource& secrets
)
{
    Loaded<SnmpSettings> loaded;
    ConfigErrors errors{file};
    if (const auto root = parse_yaml(text, errors)) {
        Section section{*root, errors};
        SnmpLayer layer{.settings = settings_of(version)};
        read_credentials(section, {file, secrets, loaded.warnings}, layer);
        if (version != SnmpVersion::v3)
            section.require("community", "write 'community: ...', or ask with --snmp 3");
        section.finish();
        SnmpVerdict whole = finished(layer);
        if (!whole.fault.empty()) section.complain(whole.fault);
        if (whole.is_weak) loaded.warnings.push_back("SNMPv3 with " + std::string{weak_protocols});
        // For people it comes from this file, not from nowhere.
        Secret& community = whole.settings.community;
        if (community.origin().kind == SecretOrigin::Kind::written)
            community = Secret{
                std::string{community.reveal()}, {.kind = SecretOrigin::Kind::file, .name = file}};
        loaded.config = std::move(whole.settings);
    }
    if (!errors.empty()) loaded.config.reset();
    loaded.errors = std::move(errors).take();
    return loaded;
}

} // namespace

Loaded<SnmpSettings> find_credentials(
    const std::string& file, SnmpVersion version, const SecretSource& secrets
)
{
    if (!file.empty()) {
        const SecretLookup text = secrets.file(file);
        if (const auto* problem = std::get_if<SecretProblem>(&text))
            return fault("--credentials", problem->message);
        return read_file(std::get<std::string>(text), file, version, secrets);
    }
    if (version == SnmpVersion::v3)
        return fault(
            "--credentials",
            "SNMPv3 needs a file with 'user', and as the device wants them 'auth', "
            "'auth_password', 'priv', 'priv_password'"
        );
    SecretLookup text = secrets.environment(community_variable);
    Loaded<SnmpSettings> loaded;
    loaded.config = settings_of(version);
    if (std::holds_alternative<SecretProblem>(text)) return loaded; // not set
    Secret secret{
        std::move(std::get<std::string>(text)),
        {.kind = SecretOrigin::Kind::environment, .name = community_variable}};
    if (const auto fault_of_it = community_fault(secret.reveal()); !fault_of_it.empty())
        return fault(community_variable, fault_of_it);
    loaded.config->community = std::move(secret);
    return loaded;
}

} // namespace hallmonitor::agent
