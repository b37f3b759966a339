#pragma once
// What the texts share: walking a document's rows and naming its objects.

#include "collector/report/human.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace hallmonitor::collector {

/// The array `name` of a document; empty when there is none.
[[nodiscard]] inline const boost::json::array& rows_of(
    const boost::json::value& document, std::string_view name
)
{
    static const boost::json::array none;
    const auto* rows = field(document, name).if_array();
    return rows == nullptr ? none : *rows;
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
