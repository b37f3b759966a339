#pragma once
// Values as people read them: units, spans, local time. Taken from JSON; what is not there is "-".

#include "collector/report/time_range.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

/// A member of an object; null when there is none, or no object.
[[nodiscard]] const boost::json::value& field(const boost::json::value& of, std::string_view name);

[[nodiscard]] std::string text_of(const boost::json::value& value);
[[nodiscard]] std::optional<double> number_of(const boost::json::value& value);

/// "12.3 Mbit/s".
[[nodiscard]] std::string human_rate(const boost::json::value& bits_per_second);
/// "2 d 3 h", "4 min 10 s".
[[nodiscard]] std::string human_duration(double seconds);
[[nodiscard]] std::string human_duration(const boost::json::value& seconds);
/// "99.95 %", never rounded up to 100 or down to 0.
[[nodiscard]] std::string human_percent(const boost::json::value& ratio, int decimals);
/// "2026-11-24 08:00:12 +01:00" of an RFC 3339 time.
[[nodiscard]] std::string human_time(const boost::json::value& rfc3339, const ZoneOffset& zone);
/// Whether something is one or many: "1 outage", "3 outages".
[[nodiscard]] std::string counted(std::size_t count, std::string_view thing);

} // namespace hallmonitor::collector
