#pragma once
// Values as people read them: units, spans, shares. Taken from JSON documents; what is not there is
// "-".

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor {

/// A member of an object; null when there is none, or no object.
[[nodiscard]] const boost::json::value& field(const boost::json::value& of, std::string_view name);

/// The array `name` of an object; empty when there is none.
[[nodiscard]] const boost::json::array& rows_of(
    const boost::json::value& document, std::string_view name
);

[[nodiscard]] std::string text_of(const boost::json::value& value);
[[nodiscard]] std::optional<double> number_of(const boost::json::value& value);

/// "12.3 Mbit/s".
[[nodiscard]] std::string human_rate(const boost::json::value& bits_per_second);
/// How long an answer took: "0.21 ms", "12.3 ms", "1.52 s".
[[nodiscard]] std::string human_latency(double seconds);
/// "1.52 GB": decimal, as rates are.
[[nodiscard]] std::string human_bytes(const boost::json::value& octets);
/// "2 d 3 h", "4 min 10 s".
[[nodiscard]] std::string human_duration(double seconds);
[[nodiscard]] std::string human_duration(const boost::json::value& seconds);
/// "99.95 %", never rounded up to 100 or down to 0.
[[nodiscard]] std::string human_percent(const boost::json::value& ratio, int decimals);
/// Whether something is one or many: "1 outage", "3 outages".
[[nodiscard]] std::string counted(std::size_t count, std::string_view thing);

} // namespace hallmonitor
