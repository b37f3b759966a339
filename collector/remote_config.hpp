#pragma once
// The `remote_write` part of the collector's configuration: the receiver of samples, and what
// happens while it takes none.

#include "common/config/secret.hpp"
#include "common/config/secret_source.hpp"
#include "common/config/strict_yaml.hpp"
#include "common/config/values.hpp"
#include "common/config/yaml_writer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::collector {

/// http://host[:port]/path or https://...
struct ReceiverUrl {
    bool is_tls{false};
    Endpoint endpoint;
    std::string target; // path and query
    bool operator==(const ReceiverUrl&) const = default;
};

std::string to_string(const ReceiverUrl& url);

inline constexpr std::string_view ack_after_ledger = "ledger";
inline constexpr std::string_view ack_after_both = "ledger+remote";

struct RemoteWriteConfig {
    ReceiverUrl url;
    std::string ca_file; // empty: the system's authorities
    std::string username;
    Secret password;
    Secret bearer_token;
    std::chrono::milliseconds timeout{10'000};
    std::uint64_t queue_bytes{std::uint64_t{64} << 20};
    std::string ack_after{ack_after_ledger};
    std::vector<std::string> leave_out; // shell patterns over names of metrics
    /// True when agents keep a batch until the receiver has it.
    [[nodiscard]] bool keeps() const { return ack_after == ack_after_both; }
    bool operator==(const RemoteWriteConfig&) const = default;
};

/// What a part of the configuration needs from outside of it.
struct CollectorSurroundings {
    SecretSource secrets;
    std::span<const std::string_view> metrics; // names that leave_out may mean; empty: any
};

/// Reads the section into `into`; complains where it is wrong.
void read_remote_write(
    Section& section,
    const std::string& file,
    const CollectorSurroundings& surroundings,
    RemoteWriteConfig& into
);

void write_remote_write(YamlWriter& out, const RemoteWriteConfig& config);

} // namespace hallmonitor::collector
