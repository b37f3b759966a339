#pragma once
// What people write for a time: "24h", "7d", "2026-11-24", "2026-11-24T08:00:00+01:00"; and how it
// is written for them.

#include "common/error.hpp"
#include "common/time.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

/// How far east of UTC clocks are at a moment. Empty: UTC.
using ZoneOffset = std::function<std::chrono::seconds(WallTime)>;

/// A span before `now` (number and s, m, h or d), a date (its midnight), or a date and time (a T or
/// a blank between them, seconds and fractions optional), each with Z or an offset like +01:00 or
/// meant in `zone`. RFC 3339 section 5.6. Errors: malformed.
[[nodiscard]] Result<WallTime> parse_moment(
    std::string_view text, WallTime now, const ZoneOffset& zone = {}
);

/// "2026-11-24T08:00:00.123Z".
[[nodiscard]] std::string to_rfc3339(WallTime at);

/// "2026-11-24 09:00:00 +01:00".
[[nodiscard]] std::string to_local(WallTime at, const ZoneOffset& zone);

} // namespace hallmonitor::collector
