#pragma once
// Documents as text for people: aligned columns, human units, local time.

#include <boost/json/value.hpp>

#include <string>

namespace hallmonitor::collector {

struct TextOptions {
    bool colour{false}; // only on a terminal
    bool all{false};    // status: unused and disabled interfaces too
};

/// Of devices_document.
[[nodiscard]] std::string
status_text(const boost::json::value& document, const TextOptions& options);
/// Of report_document.
[[nodiscard]] std::string report_text(const boost::json::value& document);
/// Of outages_document.
[[nodiscard]] std::string outages_text(const boost::json::value& document);
/// Of agents_document.
[[nodiscard]] std::string agents_text(const boost::json::value& document);

/// "12.3 Mbit/s"; "-" for null.
[[nodiscard]] std::string human_rate(const boost::json::value& bits_per_second);
/// "2 d 3 h", "4 min 10 s".
[[nodiscard]] std::string human_duration(double seconds);

} // namespace hallmonitor::collector
