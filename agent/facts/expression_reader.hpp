#pragma once
// Reads one expression of a profile (docs/profiles.md, "Expressions").

#include "agent/facts/expression.hpp"
#include "common/config/loaded.hpp"
#include "common/config/yaml_document.hpp"
#include "common/model/fact_sections.hpp"

#include <optional>
#include <vector>

namespace hallmonitor::agent {

/// Empty with at least one complaint when it is none. `field` is what the value is for: constants
/// that it cannot hold are refused.
[[nodiscard]] std::optional<Expression> read_expression(
    const YamlValue& yaml, const FieldInfo* field, ConfigErrors& errors
);

/// A list of numbers and texts in quotes.
[[nodiscard]] std::vector<Value> read_values(
    const YamlValue& yaml, std::string_view key, ConfigErrors& errors
);

/// A decimal or 0x number.
[[nodiscard]] std::optional<double> read_number(const YamlValue& yaml);

} // namespace hallmonitor::agent
