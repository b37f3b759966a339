#include "agent/poll/cold_read.hpp"

#include "agent/profile/if_mib.hpp"
#include "common/limits.hpp"

#include <string>
#include <utility>

namespace hallmonitor::agent {

void ColdRead::begin(Cell if_number, Walk::Options how)
{
    std::vector<OidBytes> columns;
    for (const if_mib::ColdColumn& column : if_mib::cold_columns())
        columns.push_back(column.oid);
    if_number_ = if_number.value_or(0);
    inventory_ = std::make_unique<InterfaceInventory>();
    how.pace = pace_;
    walk_ = std::make_unique<Walk>(std::move(columns), how);
}

void ColdRead::drop()
{
    walk_.reset();
    inventory_.reset();
}

std::optional<Finding> ColdRead::feed(const ResponseView& reply, std::size_t bytes)
{
    for (const ColumnValue& found : walk_->feed(reply, bytes)) {
        std::uint32_t if_index = 0;
        if (!read_single_arc(found.index(), if_index)) continue;
        inventory_->feed(if_mib::cold_columns()[found.column()], if_index, found.value());
    }
    if (walk_->failure()) return walk_->failure();
    const bool is_endless = inventory_->size() > limits::interfaces_per_device && !is_oversized();
    if (!is_endless) return std::nullopt;
    return Finding{
        .what = Anomaly::endless_table,
        .oid = walk_->place(),
        .detail = "more than " + std::to_string(limits::interfaces_per_device) + " rows"};
}

bool ColdRead::is_oversized() const
{
    constexpr std::uint64_t most = limits::interfaces_per_device;
    return inventory_->size() > most && if_number_ > most;
}

std::vector<Finding> ColdRead::findings() const
{
    std::vector<Finding> found = walk_->findings();
    const std::size_t rows = inventory_->size();
    if (rows > 0 && rows < if_number_)
        found.push_back(
            {.what = Anomaly::rows_missing,
             .oid = if_mib::if_number().to_string(),
             .detail = std::to_string(rows) + " of " + std::to_string(if_number_)}
        );
    return found;
}

std::unique_ptr<InterfaceInventory> ColdRead::take()
{
    pace_ = walk_->pace();
    inventory_->finish();
    auto inventory = std::move(inventory_);
    drop();
    return inventory;
}

} // namespace hallmonitor::agent
