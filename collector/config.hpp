#pragma once
// The collector's configuration: one immutable value, checked whole before anything starts.
// YAML form: config/collector.example.yaml.

#include "collector/remote_config.hpp"
#include "common/config/loaded.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

struct ListenAddress {
    std::string address;
    std::uint16_t port{0};
    bool operator==(const ListenAddress&) const = default;
};

struct TlsFiles {
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    bool operator==(const TlsFiles&) const = default;
};

struct Config {
    ListenAddress agents{"0.0.0.0", 7443};
    ListenAddress http{"127.0.0.1", 9848};
    TlsFiles tls;
    std::string state_directory{"/var/lib/hallmonitor/collector"};
    std::string control_socket; // empty: <state_directory>/control.sock
    std::string log_level{"info"};
    std::chrono::hours retention{24 * 400}; // of ledger intervals and events
    std::uint64_t retention_bytes{0};       // octets of the ledger; 0: as many as its days take
    double minimum_coverage{0.5};           // below it no availability is printed
    std::optional<RemoteWriteConfig> remote_write;
    bool operator==(const Config&) const = default;
};

/// The configuration in `text`, which came from `file`: relative file names in it are relative to
/// the folder of `file`. Either a whole value or every error in the order of the file.
Loaded<Config> load_config(
    std::string_view text, const std::string& file, const CollectorSurroundings& surroundings = {}
);

/// The effective configuration, every key written out. Loads again to the same value.
std::string to_yaml(const Config& config);

} // namespace hallmonitor::collector
