#pragma once
// Every limit that more than one module knows, with its unit. Relations between limits are checked
// here at compile time. The reasons stand in docs/architecture.md.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hallmonitor::limits {

using namespace std::chrono_literals;

// Wire (D5).
inline constexpr std::size_t frame_bytes = std::size_t{8} << 20; // declared and decompressed
inline constexpr std::size_t batch_bytes = std::size_t{1} << 20; // an agent seals before this
inline constexpr std::size_t series_per_agent = 2'000'000;       // cells of all tables
inline constexpr std::size_t rows_per_table = 40'000;
inline constexpr std::size_t columns_per_table = 64;
inline constexpr std::size_t rows_per_agent = 250'000;
inline constexpr std::size_t attributes_per_agent = 2'000'000;
inline constexpr std::size_t batch_overhead_bytes = std::size_t{64}
                                                    << 10; // head, framing, zstd's worst
inline constexpr auto longest_interval = 24h;              // between two readings of a table
static_assert(batch_bytes + batch_overhead_bytes < frame_bytes);

// Device data.
inline constexpr std::size_t device_string_bytes = 256; // after sanitizing
inline constexpr std::size_t event_text_bytes = 1'024;  // our sentences that quote such strings
inline constexpr std::size_t interfaces_per_device = 8'192;
inline constexpr std::size_t facts_per_device = 4'096;
inline constexpr std::size_t requests_per_cycle = 10'000;
inline constexpr std::size_t reply_bytes_per_cycle = std::size_t{32} << 20;
inline constexpr auto cycle_time = 120s; // or the device's interval, if that is longer
inline constexpr std::size_t getbulk_reply_bytes = 1'400; // payload aimed at

// Evidence: a state stands this many of the object's own intervals (D2): 5/2.
inline constexpr int evidence_hold_numerator = 5;
inline constexpr int evidence_hold_denominator = 2;

// Durability.
inline constexpr auto checkpoint_period = 2s;
inline constexpr auto batch_period = 1s;

// Connections.
inline constexpr auto keepalive_period = 10s;
inline constexpr auto peer_silence = 30s; // then the connection is dead
static_assert(peer_silence > 2 * keepalive_period);
inline constexpr auto accept_pause = 100ms; // after EMFILE and its like

// Configuration files.
inline constexpr std::size_t config_file_bytes = std::size_t{4} << 20;

} // namespace hallmonitor::limits

namespace hallmonitor {

/// How long one observation of an object polled every `interval` stands as evidence.
constexpr std::chrono::milliseconds evidence_hold(std::chrono::milliseconds interval)
{
    return interval * limits::evidence_hold_numerator / limits::evidence_hold_denominator;
}

} // namespace hallmonitor
