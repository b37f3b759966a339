#pragma once
// Families of facts: data alone, a rule a family. Which rows of which section have a line, and
// which field is its value.

#include "collector/expose/catalogue.hpp"
#include "collector/expose/value_sink.hpp"
#include "collector/health/fact_table.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

struct FactRule {
    enum class Show : std::uint8_t {
        number,    // the field
        sensor,    // the same of sensors of `kind` in its usual unit; without a kind, of all others
        threshold, // the number that the field's text is
        verdict,   // 1 where the field's word is among `good`, 0 for others but the `silent` ones
        states,    // a line a word that the field may have, 1 for the one that it has
        on_battery, // is_on_battery()
        identity,   // 1, labelled with what does not move
    };

    FamilyId id{};
    FactSection section{};
    std::string_view field{};
    Show show{Show::number};
    std::string_view kind{};
    std::string_view good{};   // words, comma-separated
    std::string_view silent{}; // the same
    std::string_view labels{}; // fields that are labels too, comma-separated
};

/// In the catalogue's order, behind the families of fleet_rules().
[[nodiscard]] std::span<const FactRule> fact_rules();

/// Identities stay when values have become too old.
[[nodiscard]] constexpr bool is_shown_for_ever(const FactRule& rule)
{
    return rule.show == FactRule::Show::identity;
}

/// Appends the labels of a row behind those of its device: its interface, what it is called where
/// its section has names, and `id`, which makes them unique.
void append_fact_labels(std::string& labels, FactSection section, const Row& row);

/// The rule's field; null where it has none.
[[nodiscard]] const FieldInfo* field_of(const FactRule& rule);

/// The lines that the row of this number has in the rule's family; `lines` has its labels, `field`
/// is field_of().
void put_fact(
    ValueSink& lines,
    const FactRule& rule,
    const FieldInfo* field,
    const FactTable& facts,
    std::uint32_t number
);

} // namespace hallmonitor::collector
