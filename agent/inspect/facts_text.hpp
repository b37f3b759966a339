#pragma once
// The facts of a document as tables for people.

#include "agent/facts/facts.hpp"
#include "agent/profile/interface_table.hpp"

#include <boost/json/object.hpp>

#include <span>
#include <string>

namespace hallmonitor::agent {

/// A table a list of the document, a line a fact of sections that have one row. Interfaces are left
/// out: they have a table of their own.
[[nodiscard]] std::string facts_text(const boost::json::object& document);

/// What the profile makes of a device, as such tables or as JSON.
[[nodiscard]] std::string profile_text(
    const Profile& profile, const Facts& facts, std::span<const Interface> interfaces, bool as_json
);

} // namespace hallmonitor::agent
