#include "agent/profile/interface_table.hpp"

#include "common/check.hpp"
#include "common/model/pattern.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

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

constexpr std::uint8_t received_counters = 0b01010101;
constexpr std::uint8_t sent_counters = 0b10101010;
constexpr auto in_octets = static_cast<std::uint8_t>(1U << if_mib::pair_of(Metric::if_in_octets));
constexpr auto out_octets = static_cast<std::uint8_t>(1U << if_mib::pair_of(Metric::if_out_octets));

// Those of `all` whose bit is set.
std::vector<if_mib::HotColumn> columns_of(std::span<const if_mib::HotColumn> all, unsigned mask)
{
    std::vector<if_mib::HotColumn> columns;
    for (const if_mib::HotColumn& column : all)
        if ((mask >> if_mib::pair_of(column.metric) & 1U) != 0) columns.push_back(column);
    return columns;
}

bool matches_any(const std::vector<std::string>& patterns, const std::string& text)
{
    return !text.empty() && std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
        return matches(pattern, text);
    });
}

void set_if(Attributes& attributes, Attribute name, const std::string& text)
{
    if (!text.empty()) attributes.set(name, text);
}

} // namespace

const std::vector<Metric>& interface_columns()
{
    static const std::vector<Metric> columns{all_columns.begin(), all_columns.end()};
    return columns;
}

std::size_t InterfaceInventory::place(std::uint32_t if_index)
{
    if (last_ < rows_.size() && rows_[last_].names.if_index == if_index) return last_;
    const auto [found, is_new] = arrived_.try_emplace(if_index, rows_.size());
    if (is_new) {
        rows_.emplace_back();
        rows_.back().names.if_index = if_index;
        counters_.emplace_back();
    }
    last_ = found->second;
    return last_;
}

void InterfaceInventory::feed(
    const if_mib::ColdColumn& column, std::uint32_t if_index, const VarBindView& value
)
{
    using if_mib::Cold;
    const std::size_t row_number = place(if_index);
    Interface& row = rows_[row_number];
    Counters& counters = counters_[row_number];
    const auto note = [&](std::uint8_t& present, std::uint8_t& counts) {
        const auto number = as_unsigned(value);
        if (!number) return mistyped_.note([&] { return describe_oid(value.oid); });
        const auto bit = static_cast<std::uint8_t>(1U << if_mib::pair_of(column.metric));
        present |= bit;
        if (*number > 0) counts |= bit;
    };
    tables_.at(as_index(column.table)) = true;
    row.facts |= static_cast<std::uint16_t>(1U << static_cast<unsigned>(column.fact));
    switch (column.fact) {
    case Cold::descr: row.names.descr = text_of(value); return;
    case Cold::name: row.names.name = text_of(value); return;
    case Cold::alias: row.alias = text_of(value); return;
    case Cold::phys_address: row.names.mac = format_mac(as_octets(value)); return;
    case Cold::type: row.type = as_unsigned(value); return;
    case Cold::speed: row.speed = as_unsigned(value); return;
    case Cold::narrow: return note(counters.narrow, counters.narrow_counts);
    case Cold::wide: return note(counters.wide, counters.wide_counts);
    case Cold::state: return;
    }
}

std::string InterfaceInventory::text_of(const VarBindView& value)
{
    if (!is_tame(as_octets(value))) wild_texts_.note([&] { return describe_oid(value.oid); });
    return sanitize(as_octets(value));
}

void InterfaceInventory::finish()
{
    std::vector<std::size_t> order(rows_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return rows_[a].names.if_index < rows_[b].names.if_index;
    });
    std::vector<Interface> sorted;
    sorted.reserve(order.size());
    indexes_.reserve(order.size());
    wide_.reserve(order.size());
    speeds_.reserve(order.size());
    has_speed_.reserve(order.size());
    unsigned any_wide = 0;
    unsigned any_narrow = 0;
    for (const std::size_t from : order) {
        const Counters& row = counters_[from];
        const unsigned frozen = row.narrow_counts & row.wide & ~unsigned{row.wide_counts};
        unsigned wide = row.wide;
        if ((frozen & in_octets) != 0) wide &= ~(row.narrow & received_counters);
        if ((frozen & out_octets) != 0) wide &= ~(row.narrow & sent_counters);
        rows_[from].is_frozen = (frozen & (in_octets | out_octets)) != 0;
        any_wide |= wide;
        any_narrow |= row.narrow & ~wide;
        wide_.push_back(static_cast<std::uint8_t>(wide));
        indexes_.push_back(rows_[from].names.if_index);
        // More than a Gauge32 holds is no ifSpeed; its greatest value says: see ifHighSpeed.
        speeds_.push_back(static_cast<std::uint32_t>(
            std::min<std::uint64_t>(rows_[from].speed.value_or(0), 0xffff'ffffU)
        ));
        has_speed_.push_back(rows_[from].speed.has_value());
        sorted.push_back(std::move(rows_[from]));
    }
    rows_ = std::move(sorted);
    any_wide_ = static_cast<std::uint8_t>(any_wide);
    any_narrow_ = static_cast<std::uint8_t>(any_narrow);
    // Assigning {} would keep the room.
    arrived_ = decltype(arrived_){};
    counters_ = decltype(counters_){};
}

void InterfaceInventory::forget_names()
{
    rows_ = decltype(rows_){};
}

std::vector<if_mib::HotColumn> InterfaceInventory::wide_columns() const
{
    return columns_of(if_mib::wide_counters(), any_wide_);
}

std::vector<if_mib::HotColumn> InterfaceInventory::narrow_columns() const
{
    return columns_of(if_mib::narrow_counters(), any_narrow_);
}

std::optional<std::uint32_t> InterfaceInventory::last_index() const
{
    if (indexes_.empty()) return std::nullopt;
    return indexes_.back();
}

std::size_t InterfaceInventory::find_row(std::uint32_t if_index) const
{
    const auto place = std::lower_bound(indexes_.begin(), indexes_.end(), if_index);
    if (place == indexes_.end() || *place != if_index) return no_row;
    return static_cast<std::size_t>(place - indexes_.begin());
}

std::vector<InterfaceKey> InterfaceInventory::keys() const
{
    std::vector<InterfaceNames> names;
    names.reserve(rows_.size());
    for (const Interface& row : rows_)
        names.push_back(row.names);
    return identify(names);
}

std::function<std::string(std::uint32_t)> InterfaceInventory::key_lookup() const
{
    std::unordered_map<std::uint32_t, std::string> by_index;
    std::vector<InterfaceKey> own = keys();
    for (std::size_t row = 0; row < rows_.size(); ++row)
        by_index.emplace(rows_[row].names.if_index, std::move(own[row].key));
    return [by_index = std::move(by_index)](std::uint32_t if_index) {
        const auto found = by_index.find(if_index);
        return found == by_index.end() ? std::string{} : found->second;
    };
}

TableDefinition InterfaceInventory::definition(const DeviceConfig& device) const
{
    const std::vector<InterfaceKey> keys = this->keys();
    TableDefinition table{
        .device = device.name,
        .kind = TableKind::interface,
        .interval = device.cadence(),
        .columns = interface_columns(),
        .rows = {},
    };
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        const Interface& row = rows_[r];
        Row out{.key = keys[r].key, .attributes = {}, .wide_columns = 0};
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            const Metric metric = table.columns[c];
            if (if_mib::is_paired(metric) && is_wide(r, metric))
                out.wide_columns |= std::uint64_t{1} << c;
        }
        set_if(out.attributes, Attribute::if_name, row.names.name);
        set_if(out.attributes, Attribute::if_descr, row.names.descr);
        set_if(out.attributes, Attribute::if_alias, row.alias);
        set_if(out.attributes, Attribute::if_mac, row.names.mac);
        if (row.type) out.attributes.set(Attribute::if_type, std::to_string(*row.type));
        out.attributes.set(Attribute::if_index, std::to_string(row.names.if_index));
        out.attributes.set(Attribute::source, "snmp");
        if (keys[r].unstable) out.attributes.set(Attribute::unstable, "1");
        const PortClass ports = class_of(row, device);
        if (ports == PortClass::watched) out.attributes.set(Attribute::watched, "1");
        if (const auto interval = device.interval_of(ports); interval != table.interval)
            out.attributes.set(Attribute::interval, std::to_string(interval.count()));
        table.rows.push_back(std::move(out));
    }
    return table;
}

bool is_ethernet(const Interface& row)
{
    constexpr std::array<std::uint64_t, 4> types{6, 62, 69, 117};
    return row.type && std::find(types.begin(), types.end(), *row.type) != types.end();
}

PortClass class_of(const Interface& row, const DeviceConfig& device)
{
    const WatchSettings& watch = device.watch;
    if (matches_any(watch.names, row.names.name) || matches_any(watch.names, row.names.descr) ||
        matches_any(watch.aliases, row.alias))
        return PortClass::watched;
    return is_ethernet(row) ? PortClass::access : PortClass::other;
}

std::size_t interface_column(Metric metric)
{
    const std::size_t place = column_places.at(static_cast<std::size_t>(metric));
    INVARIANT(place != no_column);
    return place;
}

void forget_uptime(TableReading& reading)
{
    const std::size_t rows = reading.cells.size() / all_columns.size();
    const std::size_t ticks = rows * column_places.at(static_cast<std::size_t>(Metric::row_ticks));
    for (std::size_t row = 0; row < rows; ++row)
        reading.cells.set(ticks + row, std::nullopt);
    reading.uptime.reset();
}

InterfaceReading::InterfaceReading(
    const InterfaceInventory& inventory, std::span<const std::uint32_t> rows
)
    : inventory_(inventory), rows_(inventory.size()), read_(rows.begin(), rows.end()), seen_(rows_)
{
    reading_.cells = Cells::absent(rows_ * interface_columns().size());
}

std::size_t InterfaceReading::place_of(Metric metric, std::size_t row) const
{
    return interface_column(metric) * rows_ + row;
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
        if (if_mib::is_paired(metric) && wide != inventory_.is_wide(row, metric)) continue;
        std::uint64_t number = 0;
        if (read_unsigned(found.value(), number)) {
            take(metric, row, number, stamp);
        } else {
            mistyped_.note([&] { return describe_oid(found.value().oid); });
        }
    }
    return all_known;
}

void InterfaceReading::take(
    Metric metric, std::size_t row, std::uint64_t number, const Stamp& stamp
)
{
    reading_.cells.set(place_of(metric, row), number);
    if (!seen_[row]) ++rows_read_;
    seen_[row] = true;
    if (metric != Metric::if_in_octets) return;
    using std::chrono::duration_cast;
    const auto delay = duration_cast<std::chrono::milliseconds>(stamp.arrived - reading_.taken_at);
    reading_.cells.set(place_of(Metric::row_delay, row), static_cast<std::uint64_t>(delay.count()));
    if (stamp.uptime)
        reading_.cells.set(place_of(Metric::row_ticks, row), stamp.uptime->centiseconds);
}

void InterfaceReading::finish()
{
    if (read_.empty())
        for (std::size_t row = 0; row < rows_; ++row)
            finish(row);
    for (const std::uint32_t row : read_)
        finish(row);
}

void InterfaceReading::finish(std::size_t row)
{
    // ifXTable may be missing altogether: the speed is then what the cold columns said.
    const std::size_t place = place_of(Metric::if_speed, row);
    const Cell high_speed = reading_.cells[place];
    if (high_speed && !if_mib::is_plausible_high_speed(*high_speed))
        implausible_speeds_.note([&] {
            return if_mib::instance(Metric::if_speed, false, inventory_.if_index(row));
        });
    reading_.cells.set(place, if_mib::plausible_speed(inventory_.if_speed(row), high_speed));
}

} // namespace hallmonitor::agent
