#include "common/report/text_table.hpp"

#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor {
namespace {

// Width on a terminal: code points are good enough for names of ports.
std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

} // namespace

std::string toned(std::string text, Tone tone, bool colours)
{
    if (!colours || tone == Tone::plain) return text;
    return (tone == Tone::bad ? "\x1b[31m" : "\x1b[33m") + text + "\x1b[0m";
}

void TextTable::add(std::vector<std::string> cells, Tone tone)
{
    INVARIANT(cells.size() == columns_.size());
    rows_.push_back({std::move(cells), tone});
}

std::string TextTable::text(bool colours) const
{
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        titles.push_back(columns_[c].title);
        widths.push_back(width(columns_[c].title));
        for (const Row& row : rows_)
            widths.back() = std::max(widths.back(), width(row.cells[c]));
    }
    std::string out = line(titles, widths) + "\n";
    for (const Row& row : rows_)
        out += toned(line(row.cells, widths), row.tone, colours) + "\n";
    return out;
}

std::string TextTable::line(
    const std::vector<std::string>& cells, const std::vector<std::size_t>& widths
) const
{
    std::string out;
    for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::string padding(widths[c] - width(cells[c]), ' ');
        if (c > 0) out += "  ";
        out += columns_[c].align == Align::right ? padding + cells[c] : cells[c] + padding;
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

} // namespace hallmonitor
