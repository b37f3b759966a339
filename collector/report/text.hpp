#pragma once
// Documents as text for people who were woken up: first what is wrong in plain words, then aligned
// columns with human units and local time.

#include "collector/report/time_range.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace hallmonitor::collector {

struct TextOptions {
    bool colour{false}; // only on a terminal
    bool all{false};    // status: interfaces that are neither up nor watched too
    ZoneOffset zone{};  // of whoever reads
};

/// Of devices_document.
[[nodiscard]] std::string status_text(
    const boost::json::value& document, const TextOptions& options
);
/// Of report_document.
[[nodiscard]] std::string report_text(
    const boost::json::value& document, const TextOptions& options
);
/// Of outages_document: what is still going on first, then the newest.
[[nodiscard]] std::string outages_text(
    const boost::json::value& document, const TextOptions& options
);
/// Of agents_document.
[[nodiscard]] std::string agents_text(
    const boost::json::value& document, const TextOptions& options
);

} // namespace hallmonitor::collector
