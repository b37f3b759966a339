#include "tests/sim/world/amounts.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace hallmonitor::world {
namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;
constexpr double wrap_margin = 1.1; // speeds that careful collectors allow for

std::optional<std::size_t> column_of(const TableDefinition& table, Metric metric)
{
    const auto found = std::find(table.columns.begin(), table.columns.end(), metric);
    if (found == table.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - table.columns.begin());
}

} // namespace

std::vector<Amount> amounts_of(const Step& step, Instant passed)
{
    const TableDefinition& table = *step.table;
    const auto in = column_of(table, Metric::if_in_octets);
    const auto out = column_of(table, Metric::if_out_octets);
    const auto speed = column_of(table, Metric::if_speed);
    std::vector<Amount> amounts;
    if (!in || !out || !speed) return amounts;
    const std::size_t rows = table.rows.size();
    const TableReading& earlier = step.earlier->reading;
    const TableReading& later = step.later->reading;
    for (std::size_t row = 0; row < rows; ++row) {
        Amount amount{.port = table.rows[row].key};
        std::size_t slot = 0;
        for (const std::size_t column : {*in, *out}) {
            const std::size_t place = column * rows + row;
            const bool is_wide = (table.rows[row].wide_columns >> column & 1) != 0;
            const Cell before = earlier.cells[place];
            const Cell after = later.cells[place];
            if (before && after && *after >= *before)
                amount.octets.at(slot) = *after - *before;
            else if (before && after && !is_wide)
                amount.octets.at(slot) = wrap32 - *before + *after;
            const double fastest =
                static_cast<double>(later.cells[*speed * rows + row].value_or(0));
            const double seconds = std::chrono::duration<double>(passed).count();
            if (!is_wide && fastest / 8 * seconds * wrap_margin >= static_cast<double>(wrap32))
                amount.may_hide_a_wrap = true;
            ++slot;
        }
        amounts.push_back(std::move(amount));
    }
    return amounts;
}

} // namespace hallmonitor::world
