#pragma once
// An inspection's document as text: who the device is, its tables, and the verdict at the end,
// where it is still seen when the tables are long.

#include <boost/json/value.hpp>

#include <string>

namespace hallmonitor::agent {

/// Of inspect_document. `colours` only on a terminal.
[[nodiscard]] std::string inspect_text(const boost::json::value& document, bool colours);

} // namespace hallmonitor::agent
