#pragma once
// Writes the subset of YAML that strict_yaml reads: nested mappings, lists of mappings, one-line
// lists of texts. What it writes loads again to the same values.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor {

/// `text` as a YAML scalar, in quotes where anything else could be read into it.
std::string yaml_scalar(std::string_view text);

class YamlWriter {
public:
    /// `key: text`, quoted where needed.
    void text(std::string_view key, std::string_view text);
    /// `key: word`, as it is: numbers, booleans.
    void word(std::string_view key, std::string_view word);
    void number(std::string_view key, std::uint64_t number) { word(key, std::to_string(number)); }
    void boolean(std::string_view key, bool value) { word(key, value ? "true" : "false"); }
    void text_list(std::string_view key, const std::vector<std::string>& texts);

    /// Opens a mapping or a list under `key`; end() closes it.
    void begin(std::string_view key);
    void end();
    /// Opens one mapping of a list; end() closes it.
    void begin_item();

    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    void start_line();

    std::string out_;
    std::size_t depth_{0};
    bool is_item_start_{false};
};

} // namespace hallmonitor
