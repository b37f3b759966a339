#pragma once
// zstd as the batches use it. Internal to common/wire.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::wire {

/// `content` as one zstd frame that says its size.
[[nodiscard]] std::string compress(std::string_view content);

/// What zstd frames, one behind the other, hold together; empty unless that is exactly `size`
/// octets. The caller has held `size` against its limits.
[[nodiscard]] std::optional<std::string> decompress(std::string_view frames, std::size_t size);

} // namespace hallmonitor::wire
