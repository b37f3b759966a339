#include "common/wire/table_writer.hpp"

#include "common/wire/coding.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/protozero.hpp"
#include "common/wire/varint.hpp"

#include <algorithm>
#include <map>
#include <span>
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

// One column of two readings.
struct Column {
    std::span<const std::uint64_t> last;
    std::span<const std::uint64_t> now;
    std::size_t begin{0}; // place of its first cell
    std::uint64_t expected{0};
};

// Writes the differences of a column; gives `out` back as it was when all are 0.
char* put_differences(char* out, const Column& column, const Cells& cells)
{
    // Most columns of most tables never change: names of states, speeds, times of events.
    if (column.expected == 0 && std::ranges::equal(column.last, column.now)) return out;
    char* const start = out;
    const bool all_there = cells.all_there();
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < column.now.size(); ++i) {
        if (!all_there && !cells.is_there(column.begin + i)) continue;
        const std::uint64_t difference = column.now[i] - column.last[i] - column.expected;
        any |= difference;
        out = put_varint(out, protozero::encode_zigzag64(static_cast<std::int64_t>(difference)));
    }
    return any == 0 ? start : out;
}

void write_cells(
    pbf_writer& message,
    const Layout& layout,
    const Cells& last,
    const Cells& cells,
    const ClockSteps& steps
)
{
    const std::size_t rows = layout.rows;
    std::uint64_t changed = 0;
    std::string differences(cells.size() * longest_varint, '\0');
    char* out = differences.data();
    for (std::size_t c = 0; c < layout.columns.size(); ++c) {
        const Column column{
            .last = last.numbers().subspan(c * rows, rows),
            .now = cells.numbers().subspan(c * rows, rows),
            .begin = c * rows,
            .expected = expected_growth(layout.columns[c], steps),
        };
        char* const end = put_differences(out, column, cells);
        if (end != out) changed |= std::uint64_t{1} << c;
        out = end;
    }
    if (changed != 0) {
        message.add_uint64(field::reading::changed_columns, changed);
        message.add_bytes(
            field::reading::differences,
            differences.data(),
            static_cast<std::size_t>(out - differences.data())
        );
    }
    if (!cells.has_presence_of(last)) {
        const std::vector<std::uint8_t> bits = cells.presence();
        message.add_bytes(field::reading::presence, std::string{bits.begin(), bits.end()});
    }
}

void write_reading_fields(
    pbf_writer& message,
    std::uint32_t number,
    const Layout& layout,
    const Moment* moment,
    const Cells& last,
    const TableReading& reading
)
{
    const MonoTime before = moment == nullptr ? MonoTime{} : moment->taken_at;
    const auto late = reading.taken_at - (before + layout.interval);
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
    write_cells(message, layout, last, reading.cells, steps);
    if (reading.covered.count() > 0)
        message.add_uint64(
            field::reading::covered_ms, static_cast<std::uint64_t>(reading.covered.count())
        );
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
        attribute.add_string(field::attribute::value, value.data(), value.size());
    }
    if (row.wide_columns != 0) message.add_uint64(field::row::wide_columns, row.wide_columns);
    definition.add_message(field::definition::rows, body);
}

} // namespace

Layout layout_of(const TableDefinition& definition)
{
    return {
        .columns = definition.columns,
        .rows = definition.rows.size(),
        .interval = definition.interval,
    };
}

Cells relaid(const Cells& from, const TableDefinition& old, const TableDefinition& fresh)
{
    Cells to = Cells::absent(fresh.rows.size() * fresh.columns.size());
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
            to.set(c * fresh.rows.size() + r, from[place * old.rows.size() + row->second]);
        }
    }
    return to;
}

Cells with_rows(
    const Cells& before,
    const Moment& moment,
    const TableReading& reading,
    const Layout& layout,
    std::span<const std::uint32_t> rows
)
{
    Cells cells = before;
    const auto place = std::find(layout.columns.begin(), layout.columns.end(), Metric::row_delay);
    const auto delay = static_cast<std::size_t>(place - layout.columns.begin()) * layout.rows;
    const std::uint64_t passed = milliseconds_between(moment.taken_at, reading.taken_at);
    if (place != layout.columns.end())
        for (std::size_t row = 0; row < layout.rows; ++row)
            cells.set(delay + row, cells[delay + row].value_or(0) - passed);
    for (const std::uint32_t row : rows)
        for (std::size_t column = 0; column < layout.columns.size(); ++column)
            cells.set(column * layout.rows + row, reading.cells[column * layout.rows + row]);
    return cells;
}

std::string definition_fields(const TableDefinition& definition)
{
    std::string fields;
    pbf_writer message{fields};
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
    return fields;
}

void write_definition(
    std::string& body,
    std::uint32_t number,
    std::string_view fields,
    const Layout& layout,
    const Moment* moment,
    const Cells& cells
)
{
    std::string definition;
    pbf_writer message{definition};
    message.add_uint32(field::definition::table, number);
    definition += fields;
    if (moment != nullptr) {
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
            layout,
            nullptr,
            Cells::zeros(cells.size()),
            {.taken_at = moment->taken_at, .uptime = moment->uptime, .cells = cells}
        );
    }
    pbf_writer{body}.add_message(field::body::definitions, definition);
}

void write_reading(
    std::string& body,
    std::uint32_t number,
    const Layout& layout,
    const Moment* moment,
    const Cells& last,
    const TableReading& reading
)
{
    pbf_writer into{body};
    pbf_writer message{into, field::body::readings};
    write_reading_fields(message, number, layout, moment, last, reading);
}

} // namespace hallmonitor::wire
