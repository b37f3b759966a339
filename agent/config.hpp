#pragma once
// The agent's configuration: one immutable value, checked whole before anything starts. Identity is
// not in it: that is the certificate's (D6). YAML form: config/agent.example.yaml.

#include "common/config/loaded.hpp"
#include "common/config/secret.hpp"
#include "common/config/secret_source.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

enum class SnmpVersion : std::uint8_t { v1 = 0, v2c = 1, v3 = 3 };

/// "1", "2c" or "3".
constexpr std::string_view version_text(SnmpVersion version)
{
    return version == SnmpVersion::v1 ? "1" : version == SnmpVersion::v2c ? "2c" : "3";
}

enum class AuthProtocol : std::uint8_t { md5, sha1, sha224, sha256, sha384, sha512 };

enum class PrivProtocol : std::uint8_t { des, aes128, aes192, aes256 };

/// How a key is lengthened where the digest is shorter than the cipher's key (AES-192 and -256
/// under MD5 or SHA-1, AES-256 under SHA-224). There is no standard, and vendors differ.
enum class KeyExtension : std::uint8_t {
    blumenthal, // draft-blumenthal-aes-usm-04: net-snmp, most switches
    reeder,     // draft-reeder-snmpv3-usm-3desede-00: Cisco
};

/// RFC 3411 section 3.4.3. Each contains the ones before it.
enum class SecurityLevel : std::uint8_t { no_auth_no_priv, auth_no_priv, auth_priv };

/// A user of SNMPv3's User-based Security Model, RFC 3414.
struct UsmSettings {
    std::string user; // empty: none, for versions 1 and 2c
    SecurityLevel level{SecurityLevel::no_auth_no_priv};
    AuthProtocol auth{AuthProtocol::sha256}; // unless no_auth_no_priv
    Secret auth_password;
    PrivProtocol priv{PrivProtocol::aes128}; // when auth_priv
    Secret priv_password;
    KeyExtension key_extension{KeyExtension::blumenthal};
    std::string context; // contextName, RFC 3411 section 3.3.1
    bool operator==(const UsmSettings&) const = default;
};

struct SnmpSettings {
    SnmpVersion version{SnmpVersion::v2c};
    Secret community{"public"}; // versions 1 and 2c
    UsmSettings usm{};          // version 3
    std::uint16_t port{161};
    std::chrono::milliseconds timeout{1500}; // a request
    unsigned retries{2};                     // further attempts, each under a new request id
    unsigned max_repetitions{10};            // first guess a request; bounded by reply size
    unsigned requests_at_once{1};            // in flight to one device
    bool operator==(const SnmpSettings&) const = default;
};

struct LivenessSettings {
    std::chrono::milliseconds interval{10'000};
    unsigned misses{3};
    std::chrono::milliseconds timeout{1'000}; // a check: several packets may be sent within it
    bool ping{true};
    bool operator==(const LivenessSettings&) const = default;
};

/// Which interfaces get availability and alerts: shell patterns (*, ?) over names and aliases.
struct WatchSettings {
    std::vector<std::string> names;   // ifName or ifDescr
    std::vector<std::string> aliases; // ifAlias
    bool operator==(const WatchSettings&) const = default;
};

/// Ports that may be read at an interval of their own: those that 'watch' names; other Ethernet
/// ports, which are where pupils plug in; and what is neither (aggregates, VLANs, tunnels).
enum class PortClass : std::uint8_t { watched, access, other };
inline constexpr std::size_t port_classes = 3;

struct DeviceConfig {
    std::string name;    // unique within the site
    std::string address; // IP literal or host name
    std::optional<SnmpSettings> snmp;
    LivenessSettings liveness;
    std::chrono::milliseconds poll_interval{60'000};
    std::optional<std::chrono::milliseconds> watched_interval; // empty: poll_interval
    std::optional<std::chrono::milliseconds> access_interval;  // empty: poll_interval
    std::chrono::milliseconds environment_interval{300'000};   // sensors, supplies and their like
    WatchSettings watch;

    [[nodiscard]] std::chrono::milliseconds interval_of(PortClass ports) const
    {
        if (ports == PortClass::watched) return watched_interval.value_or(poll_interval);
        if (ports == PortClass::access) return access_interval.value_or(poll_interval);
        return poll_interval;
    }
    /// How often any of it is read: the others' intervals are whole multiples.
    [[nodiscard]] std::chrono::milliseconds cadence() const
    {
        return interval_of(PortClass::watched);
    }
    [[nodiscard]] bool has_one_interval() const
    {
        return cadence() == poll_interval && interval_of(PortClass::access) == poll_interval;
    }
    bool operator==(const DeviceConfig&) const = default;
};

struct HostConfig {
    bool enabled{true};
    std::string device; // name of this machine as a device; empty: its host name
    std::chrono::milliseconds poll_interval{10'000};
    std::vector<std::string> exclude; // patterns over interface names
    WatchSettings watch;
    bool operator==(const HostConfig&) const = default;
};

struct CollectorEndpoint {
    std::string host;
    std::uint16_t port{7443};
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    bool operator==(const CollectorEndpoint&) const = default;
};

struct SpoolConfig {
    std::uint64_t max_bytes{256ULL << 20};
    std::chrono::milliseconds fsync_period{1'000}; // what a power cut may lose, unacknowledged
    bool operator==(const SpoolConfig&) const = default;
};

struct Config {
    CollectorEndpoint collector;
    std::string state_directory{"/var/lib/hallmonitor/agent"};
    std::string profiles_directory; // of further profiles; empty: none
    std::string log_level{"info"};
    SpoolConfig spool;
    HostConfig host;
    std::vector<DeviceConfig> devices; // defaults and groups already folded in
    bool operator==(const Config&) const = default;
};

/// The configuration in `text`, which came from `file`: relative file names in it are relative to
/// the folder of `file`. Either a whole value or every error in the order of the file.
Loaded<Config> load_config(
    std::string_view text, const std::string& file, const SecretSource& secrets
);

/// Whether a secret is written into the configuration itself.
[[nodiscard]] bool holds_secrets(const Config& config);

/// The effective configuration, every key written out. Loads again to the same value, but for
/// secrets written into the file itself: these print as <secret>, which loading refuses.
std::string to_yaml(const Config& config);

} // namespace hallmonitor::agent
