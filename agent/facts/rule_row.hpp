#pragma once
// What a rule makes of one row of its table, or of scalars: the values of a row of facts.

#include "agent/facts/evaluate.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hallmonitor::agent {

/// Of all fields, or of those that move (FieldInfo::moves).
enum class FactsWanted : std::uint8_t { all, moving };

/// Whether the row at hand meets the rule's conditions.
[[nodiscard]] bool is_chosen(const Rule& rule, const FactScope& scope);

struct RuleRow {
    std::vector<Value> values; // by the fields of its section; sanitized texts
    bool is_of_device{false};  // constants alone tell nothing of it
};

/// Nothing where the row lacks what its section requires, or says nothing.
[[nodiscard]] std::optional<RuleRow> make_row(
    const Rule& rule, const FactScope& scope, FactsWanted wanted
);

/// Which rules of the profile do not count, by their numbers: those that are for want of a table or
/// scalar out of which other rules of their section make something.
[[nodiscard]] std::vector<bool> superseded_rules(
    const CompleteProfile& profile, const RawFacts& raw
);

} // namespace hallmonitor::agent
