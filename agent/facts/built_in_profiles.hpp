#pragma once
// The profiles of config/profiles, as they were when this program was built.

#include "agent/facts/catalogue.hpp"

#include <span>

namespace hallmonitor::agent {

[[nodiscard]] std::span<const ProfileText> built_in_profiles();

} // namespace hallmonitor::agent
