#pragma once
// What can be told of a device beside its interfaces' counters: sections, their fields and what
// these hold (docs/profiles.md, "Facts").

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hallmonitor::agent {

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
};
inline constexpr std::size_t fact_sections = 17;

struct FieldInfo {
    enum class Type : std::uint8_t {
        text,
        number,
        ratio, // 0..1
        flag,  // true or false
        word,  // one of `words`
    };
    enum class Need : std::uint8_t {
        none,
        required, // a row without it is none
        one_of,   // nor is one without any of these
    };
    std::string_view name;
    Type type{Type::text};
    Need need{Need::none};
    std::span<const std::string_view> words{};
};

struct SectionInfo {
    std::string_view name;
    bool is_single{false}; // one row a device
    std::span<const FieldInfo> fields;
};

[[nodiscard]] const SectionInfo& info_of(FactSection section);
[[nodiscard]] std::optional<FactSection> section_named(std::string_view name);
/// Place of the field among those of its section.
[[nodiscard]] std::optional<std::size_t> field_named(FactSection section, std::string_view name);

/// The unit in which values of this kind of sensor come; empty where there is none.
[[nodiscard]] std::string_view unit_of_kind(std::string_view kind);

} // namespace hallmonitor::agent
