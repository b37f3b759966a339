#pragma once
// Profiles as they lie on disk, over those that are built in.

#include "agent/facts/catalogue.hpp"

#include <memory>
#include <string>

namespace hallmonitor::agent {

/// The built-in profiles and those of `folder` (empty: none) with all folders below it; a file
/// there replaces the built-in profile of its name.
[[nodiscard]] Loaded<std::shared_ptr<const Catalogue>> load_catalogue(const std::string& folder);

/// The same with the profile of one file beside them, whatever its path, under the name of the
/// path.
[[nodiscard]] Loaded<std::shared_ptr<const Catalogue>> load_catalogue(
    const std::string& folder, const std::string& file
);

} // namespace hallmonitor::agent
