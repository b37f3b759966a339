#pragma once
// What is told of a device beside liveness and interface counters: sections, their fields, what
// these hold (docs/profiles.md, "Facts") and how they travel.
//
// A device's facts are one table (TableKind::facts) with a row a fact row. What moves is in its
// columns, whose meaning is the section's; what a row is called and does not move is among its
// attributes.

#include "common/model/table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hallmonitor {

enum class FactSection : std::uint8_t {
    device,
    interfaces,
    addresses,
    inventory,
    sensors,
    processors,
    memory,
    storage,
    poe_ports,
    poe_groups,
    neighbours,
    spanning_tree,
    ups,
    printer,
    supplies,
    wireless,
    radios,
    tables, // that were read; no profile says so
};
inline constexpr std::size_t fact_sections = 18;

struct FieldInfo {
    enum class Type : std::uint8_t {
        text,
        number, // to a millionth
        count,  // whole and not negative
        ratio,  // 0..1
        flag,   // true or false
        word,   // one of `words`
        index,  // of a row: a whole number where it is one, else text
    };
    enum class Need : std::uint8_t {
        none,
        required, // a row without it is none
        one_of,   // nor is one without any of these
    };
    static constexpr std::uint8_t no_column = 0xff;

    std::string_view name;
    Type type{Type::text};
    Need need{Need::none};
    std::span<const std::string_view> words{};
    std::uint8_t column{no_column};       // where its cell stands
    std::optional<Attribute> attribute{}; // or its text; with neither it is for `inspect` alone
    bool is_gauge{false};                 // a reading, in which is_sentinel() stands for none
    std::string_view kind{};              // of sensor, whose limits it has (sensor_kinds.hpp)

    [[nodiscard]] constexpr bool moves() const { return column != no_column; }
};

struct SectionInfo {
    std::string_view name;
    bool is_single{false}; // one row a device
    std::span<const FieldInfo> fields;
};

[[nodiscard]] const SectionInfo& info_of(FactSection section);
/// Of those that profiles may speak of.
[[nodiscard]] std::optional<FactSection> section_named(std::string_view name);
/// Place of the field among those of its section.
[[nodiscard]] std::optional<std::size_t> field_named(FactSection section, std::string_view name);

// ---- how they travel

/// Columns that the table of facts has at most.
inline constexpr std::size_t fact_columns = 12;
[[nodiscard]] constexpr Metric fact_metric(std::size_t column)
{
    return static_cast<Metric>(static_cast<std::size_t>(Metric::fact) + column);
}

/// Key of a row: its section and what it is in that, as in "sensors/entPhySensorTable.1001"; of a
/// single row the section's name.
[[nodiscard]] std::string fact_key(FactSection section, std::string_view id);
/// Section of a row; nothing for a key that fact_key() does not make.
[[nodiscard]] std::optional<FactSection> section_of_key(std::string_view key);

/// Cell of a field that moves. Numbers are told in millionths, as two's complement; those that are
/// out of range (+-9.2e12) or no number are not told.
[[nodiscard]] Cell number_cell(const FieldInfo& field, double number);
[[nodiscard]] Cell word_cell(const FieldInfo& field, std::string_view word);

/// The number that a cell of a number, count, ratio or flag holds.
[[nodiscard]] double cell_number(const FieldInfo& field, std::uint64_t cell);
/// The word; empty for one that a newer agent knows.
[[nodiscard]] std::string_view cell_word(const FieldInfo& field, std::uint64_t cell);

} // namespace hallmonitor
