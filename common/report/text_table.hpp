#pragma once
// Aligned columns on a terminal.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hallmonitor {

enum class Align : std::uint8_t { left, right };
enum class Tone : std::uint8_t { plain, bad, doubtful };

class TextTable {
public:
    struct Column {
        std::string title;
        Align align{Align::left};
    };
    explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// As many cells as columns.
    void add(std::vector<std::string> cells, Tone tone = Tone::plain);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Titles and rows, a line each.
    [[nodiscard]] std::string text(bool colours) const;

private:
    struct Row {
        std::vector<std::string> cells;
        Tone tone{Tone::plain};
    };
    [[nodiscard]] std::string line(
        const std::vector<std::string>& cells, const std::vector<std::size_t>& widths
    ) const;

    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

/// `text` in the colour of its tone; as it is without colours.
[[nodiscard]] std::string toned(std::string text, Tone tone, bool colours);

} // namespace hallmonitor
