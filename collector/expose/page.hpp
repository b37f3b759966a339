#pragma once
// A page that is made while it is sent: a district's metrics are more than anyone wants to hold as
// one string.

#include <cstddef>
#include <functional>
#include <string>

namespace hallmonitor::collector {

/// A source fills pieces of about this size.
inline constexpr std::size_t page_piece_bytes = std::size_t{256} << 10;

/// Appends the next piece; false, with nothing appended, when there is no more.
using PageSource = std::function<bool(std::string& into)>;

} // namespace hallmonitor::collector
