#include "agent/snmp_config.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view placeholder = "<secret>";
constexpr std::size_t most_secret_bytes = 255;
constexpr std::size_t most_name_bytes = 32; // SnmpAdminString of a user or context

/// The three ways to give a secret.
struct SecretKeys {
    std::string_view written;
    std::string_view file;
    std::string_view environment;
    std::string_view what; // in "write the ... itself"
    std::size_t least_bytes;
};

constexpr SecretKeys community_keys{"community", "community_file", "community_env", "community", 1};
// RFC 3414 section 11.2.
constexpr SecretKeys auth_keys{
    "auth_password", "auth_password_file", "auth_password_env", "password", 8};
constexpr SecretKeys priv_keys{
    "priv_password", "priv_password_file", "priv_password_env", "password", 8};

constexpr std::array<std::string_view, 6> auth_names{
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512"};
constexpr std::array<std::string_view, 4> priv_names{"des", "aes128", "aes192", "aes256"};
constexpr std::array<std::string_view, 3> level_names{"noAuthNoPriv", "authNoPriv", "authPriv"};
constexpr std::array<std::string_view, 2> extension_names{"blumenthal", "reeder"};

/// Keys that say nothing to version 3.
constexpr std::array<std::string_view, 3> community_names{
    community_keys.written, community_keys.file, community_keys.environment};
/// Keys that say nothing to versions 1 and 2c.
constexpr std::array<std::string_view, 13> v3_names{
    "user",
    "level",
    "auth",
    auth_keys.written,
    auth_keys.file,
    auth_keys.environment,
    "priv",
    priv_keys.written,
    priv_keys.file,
    priv_keys.environment,
    "key_extension",
    "context",
    "allow_weak"};

/// `enumerators` of `names`, in order.
template <class Enum, class Target, std::size_t Count>
void read_choice(
    Section& section,
    std::string_view key,
    const std::array<std::string_view, Count>& names,
    Target& into
)
{
    std::string name;
    if (!section.choice(key, name, names)) return;
    const auto at = std::find(names.begin(), names.end(), name) - names.begin();
    into = static_cast<Enum>(at);
}

template <class Enum, std::size_t Count>
std::string_view name_in(const std::array<std::string_view, Count>& names, Enum value)
{
    return names.at(static_cast<std::size_t>(value));
}

/// Empty for a good one.
std::string secret_fault(std::string_view text, std::size_t least_bytes)
{
    const bool fits = text.size() >= least_bytes && text.size() <= most_secret_bytes;
    if (fits && is_printable(text)) return {};
    return "must hold one line of " + std::to_string(least_bytes) + " to 255 printable bytes";
}

/// `what`: the place of the secret, for the message.
void take_secret(
    Section& section,
    const SecretKeys& keys,
    const YamlValue& at,
    SecretLookup lookup,
    SecretOrigin origin,
    const std::string& what,
    Secret& into
)
{
    if (const auto* problem = std::get_if<SecretProblem>(&lookup)) {
        section.complain(at, problem->message);
        return;
    }
    Secret secret{std::move(std::get<std::string>(lookup)), std::move(origin)};
    if (const auto fault = secret_fault(secret.reveal(), keys.least_bytes); !fault.empty()) {
        section.complain(at, what + " " + fault);
        return;
    }
    into = std::move(secret);
}

void read_secret(Section& section, const LoadContext& context, const SecretKeys& keys, Secret& into)
{
    std::string text;
    std::string path;
    std::string variable;
    const auto* written = section.find(keys.written);
    const auto* file = section.find(keys.file);
    const auto* environment = section.find(keys.environment);
    const std::array<const YamlValue*, 3> given{written, file, environment};
    if (std::count(given.begin(), given.end(), nullptr) < 2) {
        section.complain(
            "give one of " + in_quotes(keys.written) + ", " + in_quotes(keys.file) + " and " +
            in_quotes(keys.environment)
        );
        return;
    }
    if (section.text(keys.written, text)) {
        if (text == placeholder) {
            section.complain(
                *written,
                in_quotes(keys.written) +
                    " is the '<secret>' of a printed configuration; write the " +
                    std::string{keys.what} + " itself or use " + in_quotes(keys.file)
            );
            return;
        }
        take_secret(section, keys, *written, text, {}, in_quotes(keys.written), into);
    } else if (section.text(keys.file, path)) {
        path = beside(context.file, path);
        const SecretOrigin origin{.kind = SecretOrigin::Kind::file, .name = path};
        take_secret(
            section, keys, *file, context.secrets.file(path), origin, "the file " + path, into
        );
    } else if (section.text(keys.environment, variable)) {
        const SecretOrigin origin{.kind = SecretOrigin::Kind::environment, .name = variable};
        take_secret(
            section,
            keys,
            *environment,
            context.secrets.environment(variable),
            origin,
            "the variable " + variable,
            into
        );
    }
}

void read_name(Section& section, std::string_view key, std::string& into)
{
    std::string name;
    if (!section.text(key, name)) return;
    if (name.size() > most_name_bytes) {
        section.complain(*section.find(key), in_quotes(key) + " is at most 32 bytes long");
        return;
    }
    into = std::move(name);
}

void read_version(Section& section, SnmpVersion& into)
{
    static constexpr std::array<std::string_view, 3> versions{"1", "2c", "3"};
    std::string version;
    if (!section.choice("version", version, versions)) return;
    into = version == "1" ? SnmpVersion::v1 : version == "2c" ? SnmpVersion::v2c : SnmpVersion::v3;
}

/// A mapping without a version must not name what the version in force has no use for. One that
/// names its version may: it serves layers above of another one.
void check_version(Section& section, SnmpVersion in_force)
{
    if (section.find("version") != nullptr) return;
    const bool is_v3 = in_force == SnmpVersion::v3;
    const auto complain_of = [&](std::span<const std::string_view> keys, std::string_view advice) {
        for (const auto key : keys) {
            const auto* const value = section.find(key);
            if (value == nullptr) continue;
            section.complain(*value, in_quotes(key) + std::string{advice});
            return;
        }
    };
    if (is_v3)
        complain_of(
            community_names, " is not of SNMPv3, which is in force: write 'version: 2c' beside it"
        );
    else
        complain_of(v3_names, " is of SNMPv3: write 'version: 3' beside it");
}

/// What a level asks for that is not there; empty when all is.
std::string missing(const SnmpLayer& layer, SecurityLevel level)
{
    const UsmSettings& usm = layer.settings.usm;
    const auto wants = [&](const std::string& key) {
        return "SNMPv3 at level " + std::string{name_in(level_names, level)} + " needs " +
               in_quotes(key);
    };
    if (usm.user.empty()) return "SNMPv3 needs 'user'";
    if (level >= SecurityLevel::auth_no_priv && !layer.auth) return wants("auth");
    if (level >= SecurityLevel::auth_no_priv && usm.auth_password.empty())
        return wants("auth_password");
    if (level >= SecurityLevel::auth_priv && !layer.priv) return wants("priv");
    if (level >= SecurityLevel::auth_priv && usm.priv_password.empty())
        return wants("priv_password");
    return {};
}

SecurityLevel implied_level(const SnmpLayer& layer)
{
    const UsmSettings& usm = layer.settings.usm;
    if (layer.priv || !usm.priv_password.empty()) return SecurityLevel::auth_priv;
    if (layer.auth || !usm.auth_password.empty()) return SecurityLevel::auth_no_priv;
    return SecurityLevel::no_auth_no_priv;
}

/// The weak protocol in use, or empty.
std::string_view weakness(const UsmSettings& usm)
{
    if (usm.level == SecurityLevel::auth_priv && usm.priv == PrivProtocol::des) return "des";
    if (usm.level >= SecurityLevel::auth_no_priv && usm.auth == AuthProtocol::md5) return "md5";
    return {};
}

/// A secret from a file or a variable is printed as its place; the built-in one is no secret.
void write_secret(
    YamlWriter& out, const SecretKeys& keys, const Secret& secret, bool is_built_in = false
)
{
    switch (secret.origin().kind) {
    case SecretOrigin::Kind::file: out.text(keys.file, secret.origin().name); return;
    case SecretOrigin::Kind::environment: out.text(keys.environment, secret.origin().name); return;
    case SecretOrigin::Kind::written: break;
    }
    out.text(keys.written, is_built_in ? secret.reveal() : placeholder);
}

void write_usm(YamlWriter& out, const UsmSettings& usm)
{
    out.text("user", usm.user);
    out.word("level", name_in(level_names, usm.level));
    if (usm.level >= SecurityLevel::auth_no_priv) {
        out.word("auth", name_in(auth_names, usm.auth));
        write_secret(out, auth_keys, usm.auth_password);
    }
    if (usm.level >= SecurityLevel::auth_priv) {
        out.word("priv", name_in(priv_names, usm.priv));
        write_secret(out, priv_keys, usm.priv_password);
        out.word("key_extension", name_in(extension_names, usm.key_extension));
    }
    if (!usm.context.empty()) out.text("context", usm.context);
    if (!weakness(usm).empty()) out.boolean("allow_weak", true);
}

} // namespace

std::string community_fault(std::string_view text)
{
    return secret_fault(text, community_keys.least_bytes);
}

void read_credentials(Section& snmp, const LoadContext& context, SnmpLayer& into)
{
    read_secret(snmp, context, community_keys, into.settings.community);
    UsmSettings& usm = into.settings.usm;
    read_name(snmp, "user", usm.user);
    read_name(snmp, "context", usm.context);
    read_choice<SecurityLevel>(snmp, "level", level_names, into.level);
    read_choice<AuthProtocol>(snmp, "auth", auth_names, into.auth);
    read_secret(snmp, context, auth_keys, usm.auth_password);
    read_choice<PrivProtocol>(snmp, "priv", priv_names, into.priv);
    read_secret(snmp, context, priv_keys, usm.priv_password);
    read_choice<KeyExtension>(snmp, "key_extension", extension_names, usm.key_extension);
    snmp.boolean("allow_weak", into.allows_weak);
}

void read_snmp(Section& snmp, const LoadContext& context, SnmpLayer& into)
{
    SnmpSettings& settings = into.settings;
    read_version(snmp, settings.version);
    read_credentials(snmp, context, into);
    check_version(snmp, settings.version);
    snmp.whole<std::uint16_t>("port", settings.port, {1, 65'535});
    snmp.duration("timeout_milliseconds", settings.timeout, {50ms, 60s});
    snmp.whole<unsigned>("retries", settings.retries, {0, 10});
    snmp.whole<unsigned>("max_repetitions", settings.max_repetitions, {1, 100});
    snmp.whole<unsigned>("requests_at_once", settings.requests_at_once, {1, 4});
    snmp.finish();
}

SnmpVerdict finished(const SnmpLayer& layer)
{
    SnmpVerdict verdict{.settings = layer.settings, .fault = {}};
    SnmpSettings& settings = verdict.settings;
    if (settings.version != SnmpVersion::v3) {
        settings.usm = {};
        return verdict;
    }
    settings.community = SnmpSettings{}.community;
    UsmSettings& usm = settings.usm;
    usm.level = layer.level.value_or(implied_level(layer));
    verdict.fault = missing(layer, usm.level);
    if (!verdict.fault.empty()) return verdict;
    // What the level does not use must not make two equal settings differ.
    const UsmSettings unused;
    const bool has_auth = usm.level >= SecurityLevel::auth_no_priv;
    const bool has_priv = usm.level >= SecurityLevel::auth_priv;
    usm.auth = has_auth ? *layer.auth : unused.auth;
    usm.priv = has_priv ? *layer.priv : unused.priv;
    if (!has_auth) usm.auth_password = {};
    if (!has_priv) usm.priv_password = {};
    if (!has_priv) usm.key_extension = unused.key_extension;
    const auto weak = weakness(usm);
    verdict.is_weak = !weak.empty();
    if (verdict.is_weak && !layer.allows_weak)
        verdict.fault = std::string{weak} +
                        " is broken: take sha256 and aes128, or add 'allow_weak: true' where the "
                        "device can do no better";
    return verdict;
}

bool holds_secrets(const SnmpSettings& snmp)
{
    const auto is_written = [](const Secret& secret) {
        return !secret.empty() && secret.origin().kind == SecretOrigin::Kind::written;
    };
    const bool is_built_in = snmp.community == SnmpSettings{}.community;
    return (is_written(snmp.community) && !is_built_in) || is_written(snmp.usm.auth_password) ||
           is_written(snmp.usm.priv_password);
}

void write_snmp(YamlWriter& out, const SnmpSettings& snmp)
{
    out.begin("snmp");
    out.word("version", version_text(snmp.version));
    if (snmp.version == SnmpVersion::v3) {
        write_usm(out, snmp.usm);
    } else {
        const bool is_built_in = snmp.community == SnmpSettings{}.community;
        write_secret(out, community_keys, snmp.community, is_built_in);
    }
    out.number("port", snmp.port);
    out.word("timeout_milliseconds", std::to_string(snmp.timeout.count()));
    out.number("retries", snmp.retries);
    out.number("max_repetitions", snmp.max_repetitions);
    out.number("requests_at_once", snmp.requests_at_once);
    out.end();
}

} // namespace hallmonitor::agent
