#pragma once
// What people write for a time: "24h", "7d", "2026-11-24", "2026-11-24T08:00:00Z".

#include "common/error.hpp"
#include "common/time.hpp"

#include <string_view>

namespace hallmonitor::collector {

/// A span before `now` (number and s, m, h or d), a UTC date or an RFC 3339 time in UTC.
/// Errors: malformed.
[[nodiscard]] Result<WallTime> parse_moment(std::string_view text, WallTime now);

} // namespace hallmonitor::collector
