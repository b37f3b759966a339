#pragma once
// From YAML to a profile, with every fault by file, line and column.

#include "agent/facts/profile.hpp"
#include "common/config/loaded.hpp"

#include <string>
#include <string_view>

namespace hallmonitor::agent {

/// `name` as other profiles call it. What it refers to in others is not looked at yet.
[[nodiscard]] Loaded<Profile> read_profile(
    std::string_view yaml, const std::string& file, const std::string& name
);

} // namespace hallmonitor::agent
