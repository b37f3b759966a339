#pragma once
// What `profile test` prints.

#include "agent/facts/facts.hpp"
#include "agent/profile/interface_table.hpp"

#include <span>
#include <string>

namespace hallmonitor::agent {

/// What the profile makes of a device, as such tables or as JSON.
[[nodiscard]] std::string profile_text(
    const Profile& profile, const Facts& facts, std::span<const Interface> interfaces, bool as_json
);

} // namespace hallmonitor::agent
