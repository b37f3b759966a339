#pragma once
// What is understood of a device: rows of facts by section.

#include "agent/facts/profile.hpp"
#include "agent/facts/raw_facts.hpp"
#include "agent/profile/interface_table.hpp"
#include "common/model/fact_sections.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

struct FactRow {
    std::string source;        // the table that it comes from; empty: scalars
    std::string index;         // in that table, arcs with points between
    std::string id;            // source and index, or its first scalar; unique in its section
    std::vector<Value> values; // by the fields of its section; sanitized texts

    [[nodiscard]] const Value& operator[](std::size_t field) const;
};

class Facts {
public:
    [[nodiscard]] const std::vector<FactRow>& rows(FactSection section) const
    {
        return rows_.at(static_cast<std::size_t>(section));
    }
    [[nodiscard]] std::vector<FactRow>& rows(FactSection section)
    {
        return rows_.at(static_cast<std::size_t>(section));
    }
    /// By name; nothing where it has none.
    [[nodiscard]] static const Value& value(
        FactSection section, const FactRow& row, std::string_view field
    );
    [[nodiscard]] bool empty() const;

private:
    std::array<std::vector<FactRow>, fact_sections> rows_;
};

/// Applies the profile's rules to what was read of the device. `interfaces`: as last read, to find
/// those that others name.
[[nodiscard]] Facts understand(
    const CompleteProfile& profile, const RawFacts& raw, std::span<const Interface> interfaces
);

/// The same for what moving_objects() names: of a row there is only what moves, and none without.
[[nodiscard]] Facts understand_moving(const CompleteProfile& profile, const RawFacts& raw);

} // namespace hallmonitor::agent
