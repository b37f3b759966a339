#pragma once
// The one place where text becomes a label of the Prometheus text format (D7), and numbers become
// its values.

#include <cstdint>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

/// Appends `text` as it stands between the quotes of a label: backslash, quote and line feed
/// escaped. Text that did not pass the sanitizer does so here, so that no agent can break a page.
void append_label_value(std::string& out, std::string_view text);

/// Appends name="value", after a comma unless `out` is empty.
void append_label(std::string& out, std::string_view name, std::string_view value);

void append_value(std::string& out, std::uint64_t value);
/// The shortest text that reads back to the same double; NaN, +Inf, -Inf.
void append_value(std::string& out, double value);

} // namespace hallmonitor::collector
