#include "agent/poll/port_schedule.hpp"

#include <algorithm>

namespace hallmonitor::agent {

PortSchedule::PortSchedule(const DeviceConfig& device) : cadence_(device.cadence())
{
    for (std::size_t number = 0; number < classes_.size(); ++number)
        classes_.at(number).interval = device.interval_of(static_cast<PortClass>(number));
}

void PortSchedule::begin(const InterfaceInventory& inventory, const DeviceConfig& device)
{
    of_rows_.clear();
    if (device.has_one_interval()) return;
    for (Class& one : classes_)
        one = {.interval = one.interval};
    of_rows_.reserve(inventory.size());
    for (const Interface& row : inventory.rows()) {
        of_rows_.push_back(class_of(row, device));
        ++classes_.at(static_cast<std::size_t>(of_rows_.back())).rows;
    }
}

// A cycle may begin a little early or late.
bool PortSchedule::is_due(const Class& one, MonoTime now) const
{
    if (one.rows == 0) return false;
    return !one.read_at || now - *one.read_at >= one.interval - cadence_ / 2;
}

std::optional<DueRows> PortSchedule::due(MonoTime now) const
{
    if (of_rows_.empty()) return DueRows{};
    DueRows rows;
    for (std::uint32_t row = 0; row < of_rows_.size(); ++row)
        if (is_due(classes_.at(static_cast<std::size_t>(of_rows_[row])), now)) rows.push_back(row);
    if (rows.empty()) return std::nullopt;
    // Three rows fill a reply to GET, four one to GETBULK.
    if (4 * rows.size() > 3 * of_rows_.size()) rows.clear();
    return rows;
}

void PortSchedule::note_read(const DueRows& rows, MonoTime began)
{
    if (rows.empty())
        for (Class& one : classes_)
            one.read_at = began;
    for (const std::uint32_t row : rows)
        classes_.at(static_cast<std::size_t>(of_rows_[row])).read_at = began;
}

} // namespace hallmonitor::agent
