#pragma once
// The parts of inspect's document that come from a device's profile.

#include "agent/facts/facts.hpp"
#include "agent/profile/interface_table.hpp"

#include <boost/json/object.hpp>

#include <span>

namespace hallmonitor::agent {

/// Adds what is there of inventory, sensors, processors and so on to `document`, and vendor, model,
/// serial and software to its `device`; facts of interfaces join those of the same `if_index`.
void add_facts(
    const Facts& facts, std::span<const Interface> interfaces, boost::json::object& document
);

} // namespace hallmonitor::agent
