#include "common/wire/table_writer.hpp"

#include "common/wire/coding.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/protozero.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace hallmonitor::wire {
namespace {

using protozero::pbf_writer;

constexpr std::size_t no_column = static_cast<std::size_t>(-1);

// For each column of `fresh`, its place in `old`.
std::vector<std::size_t> column_places(const TableDefinition& old, const TableDefinition& fresh)
{
    std::vector<std::size_t> places;
    for (const Metric metric : fresh.columns) {
        const auto found = std::find(old.columns.begin(), old.columns.end(), metric);
        places.push_back(
            found == old.columns.end() ? no_column
                                       : static_cast<std::size_t>(found - old.columns.begin())
        );
    }
    return places;
}

bool is_wide(const Row& row, std::size_t column)
{
    return (row.wide_columns >> column & 1) != 0;
}

std::string presence_bits(const std::vector<Cell>& cells)
{
    std::string bits((cells.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i]) bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
    return bits;
}

bool has_other_presence(const Values& values, const std::vector<Cell>& cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (values.present[i] != cells[i].has_value()) return true;
    return false;
}

// Appends the differences of one column; false (and nothing appended) when all are 0.
bool append_differences(
    std::vector<std::int64_t>& out,
    const Values& values,
    const std::vector<Cell>& cells,
    std::size_t begin,
    std::size_t end,
    std::uint64_t expected
)
{
    const std::size_t start = out.size();
    bool any = false;
    for (std::size_t cell = begin; cell < end; ++cell) {
        if (!cells[cell]) continue;
        const std::uint64_t difference = *cells[cell] - values.numbers[cell] - expected;
        any = any || difference != 0;
        out.push_back(static_cast<std::int64_t>(difference));
    }
    if (!any) out.resize(start);
    return any;
}

void write_cells(
    pbf_writer& message,
    const TableDefinition& definition,
    const Values& values,
    const std::vector<Cell>& cells,
    const ClockSteps& steps
)
{
    const std::size_t rows = definition.rows.size();
    std::uint64_t changed = 0;
    std::vector<std::int64_t> differences;
    for (std::size_t c = 0; c < definition.columns.size(); ++c) {
        const std::uint64_t expected = expected_growth(definition.columns[c], steps);
        if (append_differences(differences, values, cells, c * rows, (c + 1) * rows, expected))
            changed |= std::uint64_t{1} << c;
    }
    if (changed != 0) {
        message.add_uint64(field::reading::changed_columns, changed);
        message.add_packed_sint64(
            field::reading::differences, differences.begin(), differences.end()
        );
    }
    if (has_other_presence(values, cells)) {
        const std::string bits = presence_bits(cells);
        message.add_bytes(field::reading::presence, bits);
    }
}

void write_reading_fields(
    pbf_writer& message,
    std::uint32_t number,
    const TableDefinition& definition,
    const Moment* moment,
    const Values& values,
    const TableReading& reading
)
{
    const MonoTime before = moment == nullptr ? MonoTime{} : moment->taken_at;
    const auto late = reading.taken_at - (before + definition.interval);
    message.add_uint32(field::reading::table, number);
    if (late.count() != 0) message.add_sint64(field::reading::taken_at_us, late.count());
    ClockSteps steps{.ticks = 0, .milliseconds = milliseconds_between(before, reading.taken_at)};
    if (reading.uptime) {
        const std::uint32_t ticks =
            moment != nullptr && moment->uptime ? moment->uptime->centiseconds : 0;
        const std::int64_t step = std::int64_t{reading.uptime->centiseconds} - std::int64_t{ticks};
        steps.ticks = static_cast<std::uint64_t>(step);
        message.add_sint64(field::reading::uptime_ticks, step);
    }
    write_cells(message, definition, values, reading.cells, steps);
}

void write_row(pbf_writer& definition, const Row& row)
{
    // Written by hand: a row without a field is still a row, which a nested writer would leave out.
    std::string body;
    pbf_writer message{body};
    if (!row.key.empty()) message.add_string(field::row::key, row.key);
    for (const auto& [name, value] : row.attributes) {
        pbf_writer attribute{message, field::row::attributes};
        attribute.add_uint32(field::attribute::name, static_cast<std::uint32_t>(name));
        attribute.add_string(field::attribute::value, value);
    }
    if (row.wide_columns != 0) message.add_uint64(field::row::wide_columns, row.wide_columns);
    definition.add_message(field::definition::rows, body);
}

} // namespace

Values blank_values(const TableDefinition& definition)
{
    const std::size_t cells = definition.rows.size() * definition.columns.size();
    return {
        .numbers = std::vector<std::uint64_t>(cells, 0),
        .present = std::vector<bool>(cells, true),
    };
}

Values values_of(const std::vector<Cell>& cells)
{
    Values values;
    values.numbers.reserve(cells.size());
    values.present.reserve(cells.size());
    for (const Cell& cell : cells) {
        values.numbers.push_back(cell.value_or(0));
        values.present.push_back(cell.has_value());
    }
    return values;
}

std::vector<Cell> cells_of(const Values& values)
{
    std::vector<Cell> cells(values.numbers.size());
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (values.present[i]) cells[i] = values.numbers[i];
    return cells;
}

Values relaid(const Values& from, const TableDefinition& old, const TableDefinition& fresh)
{
    Values to = blank_values(fresh);
    to.present.assign(to.present.size(), false);
    std::map<std::string_view, std::size_t> old_rows;
    for (std::size_t r = 0; r < old.rows.size(); ++r)
        old_rows.emplace(old.rows[r].key, r);
    const std::vector<std::size_t> places = column_places(old, fresh);
    for (std::size_t r = 0; r < fresh.rows.size(); ++r) {
        const auto row = old_rows.find(fresh.rows[r].key);
        if (row == old_rows.end()) continue;
        for (std::size_t c = 0; c < places.size(); ++c) {
            const std::size_t place = places[c];
            if (place == no_column) continue;
            // A counter that is now read in another width has another base: it begins anew.
            if (is_wide(old.rows[row->second], place) != is_wide(fresh.rows[r], c)) continue;
            const std::size_t old_cell = place * old.rows.size() + row->second;
            to.numbers[c * fresh.rows.size() + r] = from.numbers[old_cell];
            to.present[c * fresh.rows.size() + r] = from.present[old_cell];
        }
    }
    return to;
}

void write_definition(
    std::string& body,
    std::uint32_t number,
    const TableDefinition& definition,
    const Moment* moment,
    const Values& values
)
{
    pbf_writer into{body};
    pbf_writer message{into, field::body::definitions};
    message.add_uint32(field::definition::table, number);
    message.add_string(field::definition::device, definition.device);
    message.add_uint32(field::definition::kind, static_cast<std::uint32_t>(definition.kind));
    message.add_uint64(
        field::definition::interval_ms, static_cast<std::uint64_t>(definition.interval.count())
    );
    std::vector<std::uint32_t> columns;
    for (const Metric metric : definition.columns)
        columns.push_back(static_cast<std::uint32_t>(metric));
    message.add_packed_uint32(field::definition::columns, columns.begin(), columns.end());
    for (const Row& row : definition.rows)
        write_row(message, row);
    if (moment == nullptr) return;

    pbf_writer carry_over{message, field::definition::carry_over};
    carry_over.add_fixed64(field::carry_over::boot, moment->boot);
    if (moment->wall) {
        carry_over.add_sint64(field::carry_over::wall_ms, moment->wall->since_epoch.count());
        carry_over.add_bool(field::carry_over::placed, true);
    }
    pbf_writer reading{carry_over, field::carry_over::reading};
    write_reading_fields(
        reading,
        number,
        definition,
        nullptr,
        blank_values(definition),
        {.taken_at = moment->taken_at, .uptime = moment->uptime, .cells = cells_of(values)}
    );
}

void write_reading(
    std::string& body,
    std::uint32_t number,
    const TableDefinition& definition,
    const Moment* moment,
    const Values& values,
    const TableReading& reading
)
{
    pbf_writer into{body};
    pbf_writer message{into, field::body::readings};
    write_reading_fields(message, number, definition, moment, values, reading);
}

} // namespace hallmonitor::wire
