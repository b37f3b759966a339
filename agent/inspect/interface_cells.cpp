#include "agent/inspect/interface_cells.hpp"

#include "agent/profile/interface_table.hpp"

#include <algorithm>

namespace hallmonitor::agent {

Cell interface_cell(const PollOutcome& outcome, std::size_t row, Metric metric)
{
    if (!outcome.reading) return std::nullopt;
    const std::vector<Metric>& columns = interface_columns();
    const auto column = static_cast<std::size_t>(
        std::find(columns.begin(), columns.end(), metric) - columns.begin()
    );
    const std::size_t rows = outcome.reading->cells.size() / columns.size();
    return outcome.reading->cells.at(column * rows + row);
}

} // namespace hallmonitor::agent
