#pragma once
// Pages joined and compressed while they are made.

#include "collector/expose/page.hpp"

#include <string>

namespace hallmonitor::collector {

/// `first`, then what `rest` gives; `rest` may be empty.
[[nodiscard]] PageSource joined(std::string first, PageSource rest);

/// The same as one gzip member (RFC 1952), compressed fast rather than well.
[[nodiscard]] PageSource gzipped(std::string first, PageSource rest);

} // namespace hallmonitor::collector
