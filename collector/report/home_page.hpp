#pragma once
// The collector's own page: what it knows at a glance and where to go next. No script; everything
// from outside is escaped at one place.

#include "collector/health/snapshot.hpp"

#include <string>
#include <string_view>

namespace hallmonitor::collector {

[[nodiscard]] std::string home_page(const Snapshot& snapshot);
[[nodiscard]] std::string style_sheet();

/// Text for HTML: the five characters that mean something become entities.
[[nodiscard]] std::string html(std::string_view text);

} // namespace hallmonitor::collector
