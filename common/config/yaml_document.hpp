#pragma once
// YAML text as a tree of values with their places. The strict part of YAML that a configuration
// needs: one document, a mapping at its root, no anchors, aliases or tags, no key twice, at most 32
// levels and 4 MiB. The tree is built from the parser's events, so that nothing a file refers to
// is ever expanded.

#include "common/config/loaded.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor {

struct YamlEntry;

/// Scalars stay text: whoever reads a key says what its text means, so `no` and `0123` are safe.
struct YamlValue {
    enum class Kind : std::uint8_t { null, scalar, sequence, mapping };
    Kind kind{Kind::null};
    bool is_quoted{false}; // a scalar in quotes or a block
    int line{1};
    int column{1};
    std::string text;               // of a scalar
    std::vector<YamlValue> items;   // of a sequence
    std::vector<YamlEntry> entries; // of a mapping, in the order of the file
};

struct YamlEntry {
    std::string key;
    int line{1};
    int column{1};
    YamlValue value;
};

inline constexpr std::size_t yaml_depth = 32;

/// The root mapping of `text`; empty when the text is no such document, with at least one error.
/// A repeated key is an error that does not end the reading; its first value stands.
std::optional<YamlValue> parse_yaml(std::string_view text, ConfigErrors& errors);

} // namespace hallmonitor
