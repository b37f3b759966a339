#pragma once
// The facts of a document as tables for people.

#include <boost/json/object.hpp>

#include <string>

namespace hallmonitor::agent {

/// A table a list of the document, a line a fact of sections that have one row. Interfaces are left
/// out: they have a table of their own. So are parts that nobody replaces (ports, containers).
[[nodiscard]] std::string facts_text(const boost::json::object& document);

} // namespace hallmonitor::agent
