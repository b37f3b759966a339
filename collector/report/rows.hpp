#pragma once
// What the texts share: naming the objects of a document and its times.

#include "collector/report/time_range.hpp"
#include "common/report/human.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace hallmonitor::collector {

/// "2026-11-24 08:00:12 +01:00" of an RFC 3339 time.
[[nodiscard]] inline std::string human_time(
    const boost::json::value& rfc3339, const ZoneOffset& zone
)
{
    const auto moment = parse_moment(text_of(rfc3339), {});
    return moment ? to_local(*moment, zone) : "-";
}

/// "site/device" or "site/device interface".
[[nodiscard]] inline std::string object_name(const boost::json::value& row)
{
    const std::string name = text_of(field(row, "site")) + "/" + text_of(field(row, "device"));
    const auto& interface = field(row, "interface");
    return interface.is_null() ? name : name + " " + text_of(interface);
}

/// "from ... to ..." of a document about a range.
[[nodiscard]] inline std::string range_text(
    const boost::json::value& document, const ZoneOffset& zone
)
{
    return "from " + human_time(field(document, "from"), zone) + " to " +
           human_time(field(document, "to"), zone);
}

} // namespace hallmonitor::collector
