#pragma once
// The value of an expression in one row.

#include "agent/facts/profile.hpp"
#include "agent/facts/raw_facts.hpp"
#include "agent/profile/interface_table.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace hallmonitor::agent {

/// What expressions are evaluated in.
struct FactScope {
    const CompleteProfile& profile;
    const RawFacts& raw;
    std::span<const Interface> interfaces;

    // The row at hand; without one, no table.
    std::size_t table{CompleteProfile::none};
    const FactIndex* index{nullptr};
};

[[nodiscard]] Value evaluate(const Expression& expression, const FactScope& scope);

/// "1.2.3"
[[nodiscard]] std::string text_of(const FactIndex& index);

} // namespace hallmonitor::agent
