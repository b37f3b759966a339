#pragma once
// Whether every name in every profile means something.

#include "common/config/loaded.hpp"

#include <vector>

namespace hallmonitor::agent {

class Catalogue;

/// A fault a name, by file, line and column; empty when all is well.
[[nodiscard]] std::vector<ConfigError> check_profiles(const Catalogue& catalogue);

} // namespace hallmonitor::agent
