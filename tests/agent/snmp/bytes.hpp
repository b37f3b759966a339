#pragma once
// Octets for tests: written as hexadecimal text, as captures and RFCs print them.

#include <cstddef>
#include <string_view>
#include <vector>

namespace hallmonitor::agent::testing {

using Bytes = std::vector<std::byte>;

/// Octets of "30 0a 02...", blanks ignored.
Bytes bytes(std::string_view hex);

} // namespace hallmonitor::agent::testing
