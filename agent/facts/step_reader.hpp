#pragma once
// Reads what becomes of a value (docs/profiles.md, "Expressions", the steps).

#include "agent/facts/expression.hpp"
#include "common/config/strict_yaml.hpp"
#include "common/model/fact_sections.hpp"

#include <vector>

namespace hallmonitor::agent {

/// The steps among the keys of `section`, in the order of the book. `field` as for
/// read_expression().
[[nodiscard]] std::vector<Step> read_steps(Section& section, const FieldInfo* field);

/// true and false are booleans, numbers are numbers, unless in quotes; all else is text.
[[nodiscard]] Value constant_of(const YamlValue& yaml);

/// Complains where the field knows which words there are and this is none of them.
void check_word(
    const YamlValue& at, const Value& value, const FieldInfo* field, ConfigErrors& errors
);

} // namespace hallmonitor::agent
