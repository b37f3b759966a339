#include "collector/health/fact_table.hpp"

#include "common/check.hpp"
#include "common/limits.hpp"

#include <charconv>
#include <cmath>
#include <system_error>
#include <unordered_set>
#include <utility>

namespace hallmonitor::collector {
namespace {

// Of a row that the key tells from all others; of a newer agent's section nothing.
std::optional<FactSection> section_of(const Row& row)
{
    const auto section = section_of_key(row.key);
    if (!section) return std::nullopt;
    const bool has_id = !fact_id(row).empty();
    return has_id != info_of(*section).is_single ? section : std::nullopt;
}

} // namespace

FactLayout::FactLayout(std::shared_ptr<const TableDefinition> definition)
    : definition_(std::move(definition))
{
    std::array<std::vector<std::uint32_t>, fact_sections> found;
    std::unordered_set<std::string_view> keys;
    keys.reserve(definition_->rows.size());
    for (std::uint32_t number = 0; number < definition_->rows.size(); ++number) {
        const Row& row = definition_->rows[number];
        const auto section = section_of(row);
        if (section && keys.insert(row.key).second)
            found.at(static_cast<std::size_t>(*section)).push_back(number);
    }
    rows_.reserve(keys.size());
    for (std::size_t section = 0; section < found.size(); ++section) {
        rows_.insert(rows_.end(), found.at(section).begin(), found.at(section).end());
        begins_.at(section + 1) = static_cast<std::uint32_t>(rows_.size());
    }
    columns_.fill(absent);
    const std::vector<Metric>& columns = definition_->columns;
    for (std::size_t place = 0; place < columns.size() && place < absent; ++place)
        for (std::size_t number = 0; number < columns_.size(); ++number)
            if (columns[place] == fact_metric(number))
                columns_.at(number) = static_cast<std::uint16_t>(place);
}

std::span<const std::uint32_t> FactLayout::rows(FactSection section) const
{
    const auto number = static_cast<std::size_t>(section);
    return std::span{rows_}.subspan(
        begins_.at(number), begins_.at(number + 1) - begins_.at(number)
    );
}

std::optional<std::size_t> FactLayout::column(std::size_t number) const
{
    if (number >= columns_.size() || columns_.at(number) == absent) return std::nullopt;
    return columns_.at(number);
}

std::string_view fact_id(const Row& row)
{
    const std::string_view key = row.key;
    const auto end = key.find('/');
    return end == std::string_view::npos ? std::string_view{} : key.substr(end + 1);
}

bool FactTable::is_fresh(WallTime now) const
{
    return layout && reading && now - read_at <= evidence_hold(layout->definition()->interval);
}

std::span<const std::uint32_t> FactTable::rows(FactSection section) const
{
    return layout ? layout->rows(section) : std::span<const std::uint32_t>{};
}

Cell FactTable::cell(std::uint32_t row, const FieldInfo& field) const
{
    if (!reading || !field.moves()) return std::nullopt;
    const auto column = layout->column(field.column);
    if (!column) return std::nullopt;
    const Cells& cells = reading->reading.cells;
    const std::size_t place = *column * layout->definition()->rows.size() + row;
    return place < cells.size() ? cells[place] : Cell{};
}

std::optional<double> FactTable::number(std::uint32_t row, const FieldInfo& field) const
{
    const Cell told = cell(row, field);
    return told ? std::optional{cell_number(field, *told)} : std::nullopt;
}

std::string_view FactTable::word(std::uint32_t row, const FieldInfo& field) const
{
    const Cell told = cell(row, field);
    return told ? cell_word(field, *told) : std::string_view{};
}

const FieldInfo& fact_field(FactSection section, std::string_view name)
{
    const auto place = field_named(section, name);
    INVARIANT(place.has_value());
    return info_of(section).fields[*place];
}

std::string_view fact_name(const Row& row)
{
    for (const Attribute attribute : {Attribute::name, Attribute::descr})
        if (const auto name = row.attributes.text(attribute); !name.empty()) return name;
    return fact_id(row);
}

std::optional<double> fact_threshold(const Row& row, Attribute name)
{
    const std::string_view text = row.attributes.text(name);
    const char* const end = text.data() + text.size();
    double number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    const bool is_number = read.ec == std::errc{} && read.ptr == end && std::isfinite(number);
    return is_number ? std::optional{number} : std::nullopt;
}

std::optional<bool> is_on_battery(const FactTable& facts)
{
    static const FieldInfo& source = fact_field(FactSection::ups, "output_source");
    static const FieldInfo& passed = fact_field(FactSection::ups, "on_battery_seconds");
    if (facts.rows(FactSection::ups).empty()) return std::nullopt;
    const std::uint32_t row = facts.rows(FactSection::ups).front();
    const std::string_view word = facts.word(row, source);
    if (!word.empty() && word != "other") return word == "battery";
    const auto seconds = facts.number(row, passed);
    return seconds ? std::optional{*seconds > 0} : std::nullopt;
}

} // namespace hallmonitor::collector
