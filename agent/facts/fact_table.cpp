#include "agent/facts/fact_table.hpp"

#include "common/limits.hpp"
#include "common/model/fact_sections.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace hallmonitor::agent {
namespace {

std::uint64_t hash_of(std::string_view text)
{
    return std::hash<std::string_view>{}(text);
}

// Of a long index the end gives way to a number of its own.
std::string key_of(FactSection section, const FactRow& row)
{
    constexpr std::size_t room_for_number = 24;
    std::string key = fact_key(section, row.id);
    if (key.size() <= limits::device_string_bytes) return key;
    const std::string number = "#" + std::to_string(hash_of(key));
    key.resize(limits::device_string_bytes - room_for_number);
    return key + number;
}

// Where a chassis is full of empty containers and ports, those with a serial number matter.
bool is_worth_telling(FactSection section, const FactRow& row)
{
    if (section != FactSection::inventory) return true;
    constexpr std::array<std::string_view, 5> fillers{
        "backplane", "container", "port", "sensor", "unknown"};
    const std::string entity = text_of(Facts::value(section, row, "class"));
    const bool is_filler = std::find(fillers.begin(), fillers.end(), entity) != fillers.end();
    return !is_filler || is_there(Facts::value(section, row, "serial"));
}

// Sections whose rows are rows of the table, and their rows.
template <class Visit>
void for_each_row(const DeviceFacts& told, const Visit& visit)
{
    constexpr auto tables = static_cast<std::size_t>(FactSection::tables);
    for (std::size_t number = 0; number < tables; ++number) {
        const auto section = static_cast<FactSection>(number);
        if (section == FactSection::device) continue;
        for (const FactRow& row : told.facts.rows(section))
            if (is_worth_telling(section, row)) visit(section, row);
    }
    for (const auto& [name, state] : told.tables) {
        if (state == TableRead::absent) continue;
        const FactRow row{
            .source = {}, .index = {}, .id = name, .values = {name, state == TableRead::ok}};
        visit(FactSection::tables, row);
    }
}

Cell cell_of(const FieldInfo& field, const Value& value)
{
    if (const auto* word = std::get_if<std::string>(&value)) return word_cell(field, *word);
    if (const auto* flag = std::get_if<bool>(&value)) return number_cell(field, *flag ? 1 : 0);
    const auto* number = std::get_if<double>(&value);
    return number != nullptr ? number_cell(field, *number) : Cell{};
}

Attributes attributes_of(
    FactSection section, const FactRow& row, const InterfaceKeyOf& interface_key
)
{
    Attributes attributes;
    const auto fields = info_of(section).fields;
    for (std::size_t place = 0; place < fields.size(); ++place) {
        const auto& attribute = fields[place].attribute;
        if (!attribute || !is_there(row[place])) continue;
        std::string text = text_of(row[place]);
        if (attribute == Attribute::interface) {
            const auto number = number_of(row[place]);
            const bool is_index = number && *number > 0 && *number <= UINT32_MAX;
            text = is_index ? interface_key(static_cast<std::uint32_t>(*number)) : std::string{};
        }
        if (!text.empty()) attributes.set(*attribute, text);
    }
    return attributes;
}

// Columns that its rows need.
std::size_t width_of(FactSection section, const FactRow& row)
{
    std::size_t width = 1;
    const auto fields = info_of(section).fields;
    for (std::size_t place = 0; place < fields.size(); ++place)
        if (fields[place].moves() && is_there(row[place]))
            width = std::max<std::size_t>(width, fields[place].column + 1U);
    return width;
}

} // namespace

TableDefinition FactTable::define(
    const DeviceFacts& facts,
    const InterfaceKeyOf& interface_key,
    std::chrono::milliseconds interval
)
{
    columns_ = 0;
    std::set<std::uint64_t> known; // no two rows have one key
    TableDefinition table{
        .device = {}, .kind = TableKind::facts, .interval = interval, .columns = {}, .rows = {}};
    for_each_row(facts, [&](FactSection section, const FactRow& row) {
        if (table.rows.size() >= limits::facts_per_device) return;
        std::string key = key_of(section, row);
        if (!known.insert(hash_of(key)).second) return;
        columns_ = std::max(columns_, width_of(section, row));
        table.rows.push_back(
            {.key = std::move(key),
             .attributes = attributes_of(section, row, interface_key),
             .wide_columns = 0}
        );
    });
    choose_salt(table.rows);
    for (std::size_t column = 0; column < columns_; ++column)
        table.columns.push_back(fact_metric(column));
    return table;
}

std::uint32_t FactTable::short_hash(std::string_view key) const
{
    return static_cast<std::uint32_t>((hash_of(key) ^ salt_) * 0x9e37'79b9'7f4a'7c15ULL >> 32U);
}

// Half the octets: an agent keeps a hundred of them for each of a thousand devices.
void FactTable::choose_salt(const std::vector<Row>& rows)
{
    for (salt_ = 0;; ++salt_) {
        rows_.clear();
        for (const Row& row : rows)
            rows_.push_back(short_hash(row.key));
        std::vector<std::uint32_t> sorted = rows_;
        std::sort(sorted.begin(), sorted.end());
        if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) break;
    }
    rows_.shrink_to_fit();
}

TableReading FactTable::reading(const DeviceFacts& facts, MonoTime at)
{
    TableReading reading{
        .taken_at = at,
        .uptime = std::nullopt,
        .cells = Cells::absent(rows_.size() * columns_),
    };
    unknown_ = 0;
    std::size_t next = 0; // mostly they come in order
    for_each_row(facts, [&](FactSection section, const FactRow& row) {
        const std::uint32_t hash = short_hash(key_of(section, row));
        if (next >= rows_.size() || rows_[next] != hash)
            next = static_cast<std::size_t>(
                std::find(rows_.begin(), rows_.end(), hash) - rows_.begin()
            );
        if (next >= rows_.size()) {
            ++unknown_;
            return;
        }
        const auto fields = info_of(section).fields;
        for (std::size_t place = 0; place < fields.size(); ++place)
            if (fields[place].column < columns_)
                reading.cells.set(
                    fields[place].column * rows_.size() + next, cell_of(fields[place], row[place])
                );
        ++next;
    });
    return reading;
}

Attributes device_attributes(const Facts& facts)
{
    Attributes attributes;
    const auto& rows = facts.rows(FactSection::device);
    if (rows.empty()) return attributes;
    return attributes_of(FactSection::device, rows.front(), [](std::uint32_t) {
        return std::string{};
    });
}

} // namespace hallmonitor::agent
