#pragma once
// What the parts of a configuration have in common while they are read.

#include "common/config/secret_source.hpp"

#include <string>
#include <vector>

namespace hallmonitor::agent {

struct LoadContext {
    const std::string& file;
    const SecretSource& secrets;
    std::vector<std::string>& warnings;
};

} // namespace hallmonitor::agent
