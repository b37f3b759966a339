#include "agent/profile/interface_table.hpp"

#include "common/check.hpp"
#include "common/model/pattern.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::agent {
namespace {

constexpr std::array all_columns{
    Metric::if_admin_status,  Metric::if_oper_status,   Metric::if_speed,
    Metric::if_last_change,   Metric::if_discontinuity, Metric::row_ticks,
    Metric::row_delay,        Metric::if_in_octets,     Metric::if_out_octets,
    Metric::if_in_ucast,      Metric::if_out_ucast,     Metric::if_in_multicast,
    Metric::if_out_multicast, Metric::if_in_broadcast,  Metric::if_out_broadcast,
    Metric::if_in_errors,     Metric::if_out_errors,    Metric::if_in_discards,
    Metric::if_out_discards,
};

constexpr std::uint8_t no_column = 0xff;

// Place of each metric among all_columns; metrics of interfaces are numbers below 32.
constexpr std::array<std::uint8_t, 32> column_places = [] {
    std::array<std::uint8_t, 32> places{};
    for (std::uint8_t& place : places)
        place = no_column;
    for (std::size_t c = 0; c < all_columns.size(); ++c)
        places.at(static_cast<std::size_t>(all_columns.at(c))) = static_cast<std::uint8_t>(c);
    return places;
}();

// Octets and packets have a 64-bit form in ifXTable; errors and discards are 32 bits wide always.
bool has_wide_form(Metric metric)
{
    return metric >= Metric::if_in_octets && metric <= Metric::if_out_broadcast;
}

bool matches_any(const std::vector<std::string>& patterns, const std::string& text)
{
    return !text.empty() && std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
        return matches(pattern, text);
    });
}

void set_if(std::map<Attribute, std::string>& attributes, Attribute name, const std::string& text)
{
    if (!text.empty()) attributes.emplace(name, text);
}

} // namespace

const std::vector<Metric>& interface_columns()
{
    static const std::vector<Metric> columns{all_columns.begin(), all_columns.end()};
    return columns;
}

InterfaceInventory::Entry& InterfaceInventory::entry(std::uint32_t if_index)
{
    const auto [place, is_new] = arrived_.try_emplace(if_index, rows_.size());
    if (is_new) {
        rows_.emplace_back();
        rows_.back().names.if_index = if_index;
    }
    return rows_[place->second];
}

void InterfaceInventory::feed(if_mib::Cold fact, std::uint32_t if_index, const VarBindView& value)
{
    using if_mib::Cold;
    Entry& row = entry(if_index);
    switch (fact) {
    case Cold::descr: row.names.descr = sanitize(as_octets(value)); return;
    case Cold::name: row.names.name = sanitize(as_octets(value)); return;
    case Cold::alias: row.alias = sanitize(as_octets(value)); return;
    case Cold::phys_address:
        if (!as_octets(value).empty()) row.names.mac = format_mac(as_octets(value));
        return;
    case Cold::type: row.type = as_unsigned(value); return;
    case Cold::speed: row.speed = as_unsigned(value); return;
    case Cold::in_octets: row.octets[0] = as_unsigned(value); return;
    case Cold::out_octets: row.octets[1] = as_unsigned(value); return;
    case Cold::hc_in_octets: row.octets[2] = as_unsigned(value); return;
    case Cold::hc_out_octets: row.octets[3] = as_unsigned(value); return;
    }
}

void InterfaceInventory::finish()
{
    std::sort(rows_.begin(), rows_.end(), [](const Entry& a, const Entry& b) {
        return a.names.if_index < b.names.if_index;
    });
    arrived_.clear();
    indexes_.clear();
    wide_rows_ = 0;
    for (Entry& row : rows_) {
        indexes_.push_back(row.names.if_index);
        const bool present = row.octets[2].has_value() || row.octets[3].has_value();
        const bool counts = row.octets[2].value_or(0) > 0 || row.octets[3].value_or(0) > 0;
        const bool narrow_counts = row.octets[0].value_or(0) > 0 || row.octets[1].value_or(0) > 0;
        row.wide = present && (counts || !narrow_counts);
        if (row.wide) ++wide_rows_;
    }
}

std::optional<std::uint32_t> InterfaceInventory::last_index() const
{
    if (rows_.empty()) return std::nullopt;
    return rows_.back().names.if_index;
}

std::size_t InterfaceInventory::find_row(std::uint32_t if_index) const
{
    const auto place = std::lower_bound(indexes_.begin(), indexes_.end(), if_index);
    if (place == indexes_.end() || *place != if_index) return no_row;
    return static_cast<std::size_t>(place - indexes_.begin());
}

TableDefinition InterfaceInventory::definition(const DeviceConfig& device) const
{
    std::vector<InterfaceNames> names;
    names.reserve(rows_.size());
    for (const Entry& row : rows_)
        names.push_back(row.names);
    const std::vector<InterfaceKey> keys = identify(names);

    TableDefinition table{
        .device = device.name,
        .kind = TableKind::interface,
        .interval = device.poll_interval,
        .columns = interface_columns(),
        .rows = {},
    };
    std::uint64_t wide_mask = 0;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (has_wide_form(table.columns[c])) wide_mask |= std::uint64_t{1} << c;

    for (std::size_t r = 0; r < rows_.size(); ++r) {
        const Entry& row = rows_[r];
        Row out{.key = keys[r].key, .attributes = {}, .wide_columns = row.wide ? wide_mask : 0};
        set_if(out.attributes, Attribute::if_name, row.names.name);
        set_if(out.attributes, Attribute::if_descr, row.names.descr);
        set_if(out.attributes, Attribute::if_alias, row.alias);
        set_if(out.attributes, Attribute::if_mac, row.names.mac);
        if (row.type) out.attributes[Attribute::if_type] = std::to_string(*row.type);
        out.attributes[Attribute::if_index] = std::to_string(row.names.if_index);
        out.attributes[Attribute::source] = "snmp";
        if (keys[r].unstable) out.attributes[Attribute::unstable] = "1";
        const WatchSettings& watch = device.watch;
        if (matches_any(watch.names, row.names.name) || matches_any(watch.names, row.names.descr) ||
            matches_any(watch.aliases, row.alias))
            out.attributes[Attribute::watched] = "1";
        table.rows.push_back(std::move(out));
    }
    return table;
}

InterfaceReading::InterfaceReading(const InterfaceInventory& inventory) : inventory_(inventory)
{
    reading_.cells.resize(inventory.size() * interface_columns().size());
}

Cell& InterfaceReading::cell(Metric metric, std::size_t row)
{
    const std::size_t place = column_places.at(static_cast<std::size_t>(metric));
    INVARIANT(place != no_column);
    return reading_.cells[place * inventory_.size() + row];
}

bool InterfaceReading::feed(
    std::span<const if_mib::HotColumn> columns,
    bool wide,
    std::span<const ColumnValue> values,
    const Stamp& stamp
)
{
    bool all_known = true;
    for (const ColumnValue& found : values) {
        std::uint32_t if_index = 0;
        if (!read_single_arc(found.index(), if_index)) continue;
        const std::size_t row = inventory_.row_of(if_index, hint_);
        if (row == InterfaceInventory::no_row) {
            all_known = false;
            continue;
        }
        hint_ = row;
        if (!stamped_) {
            reading_.taken_at = stamp.arrived;
            reading_.uptime = stamp.uptime;
            stamped_ = true;
        }
        const Metric metric = columns[found.column()].metric;
        if (has_wide_form(metric) && wide != inventory_.is_wide(row)) continue;
        std::uint64_t number = 0;
        if (read_unsigned(found.value(), number)) take(metric, row, number, stamp);
    }
    return all_known;
}

void InterfaceReading::take(
    Metric metric, std::size_t row, std::uint64_t number, const Stamp& stamp
)
{
    Cell& into = cell(metric, row);
    into = number;
    if (metric == Metric::if_speed) into = if_mib::plausible_speed(inventory_.if_speed(row), into);
    if (metric == Metric::if_oper_status) ++rows_read_;
    if (metric != Metric::if_in_octets) return;
    using std::chrono::duration_cast;
    const auto delay = duration_cast<std::chrono::milliseconds>(stamp.arrived - reading_.taken_at);
    cell(Metric::row_delay, row) = static_cast<std::uint64_t>(delay.count());
    if (stamp.uptime) cell(Metric::row_ticks, row) = stamp.uptime->centiseconds;
}

TableReading InterfaceReading::finish() &&
{
    // ifXTable may be missing altogether: the speed is then what the cold columns said.
    for (std::size_t r = 0; r < inventory_.size(); ++r) {
        Cell& speed = cell(Metric::if_speed, r);
        if (!speed) speed = if_mib::plausible_speed(inventory_.if_speed(r), std::nullopt);
    }
    return std::move(reading_);
}

} // namespace hallmonitor::agent
