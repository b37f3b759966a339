#include "agent/host/host_table.hpp"

#include "common/model/pattern.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

constexpr std::size_t state_columns = 4;
constexpr std::uint64_t mega = 1'000'000;

std::vector<Metric> columns()
{
    std::vector<Metric> all{
        Metric::if_admin_status, Metric::if_oper_status, Metric::if_speed, Metric::if_duplex};
    for (auto metric = static_cast<std::uint16_t>(Metric::if_in_octets);
         metric <= static_cast<std::uint16_t>(Metric::if_out_discards);
         ++metric)
        all.push_back(static_cast<Metric>(metric));
    return all;
}

bool matches_any(const std::vector<std::string>& patterns, const std::string& text)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return matches(pattern, text);
    });
}

} // namespace

std::vector<HostLink> kept_links(
    std::vector<HostLink> links, const std::vector<std::string>& exclude
)
{
    std::erase_if(links, [&](const HostLink& link) {
        return link.name.empty() || matches_any(exclude, link.name);
    });
    std::sort(links.begin(), links.end(), [](const HostLink& a, const HostLink& b) {
        return a.index < b.index;
    });
    return links;
}

TableDefinition host_table(
    const std::string& device, const HostConfig& config, std::span<const HostLink> links
)
{
    TableDefinition table{
        .device = device,
        .kind = TableKind::interface,
        .interval = config.poll_interval,
        .columns = columns(),
        .rows = {},
    };
    const std::uint64_t all_counters = ((std::uint64_t{1} << 12) - 1) << state_columns;
    for (const HostLink& link : links) {
        Row row{.key = link.name, .attributes = {}, .wide_columns = all_counters};
        row.attributes.set(Attribute::if_name, link.name);
        if (!link.alias.empty()) row.attributes.set(Attribute::if_alias, link.alias);
        if (!link.mac.empty()) row.attributes.set(Attribute::if_mac, link.mac);
        row.attributes.set(Attribute::if_type, std::to_string(link.type));
        row.attributes.set(Attribute::if_index, std::to_string(link.index));
        row.attributes.set(Attribute::source, "kernel");
        const bool watched = matches_any(config.watch.names, link.name) ||
                             (!link.alias.empty() && matches_any(config.watch.aliases, link.alias));
        if (watched) row.attributes.set(Attribute::watched, "1");
        table.rows.push_back(std::move(row));
    }
    return table;
}

TableReading host_reading(std::span<const HostLink> links, MonoTime at)
{
    const std::size_t rows = links.size();
    TableReading reading{
        .taken_at = at, .uptime = std::nullopt, .cells = Cells::absent(rows * columns().size())};
    for (std::size_t r = 0; r < rows; ++r) {
        const HostLink& link = links[r];
        reading.cells.set(r, static_cast<std::uint64_t>(link.admin));
        reading.cells.set(rows + r, static_cast<std::uint64_t>(link.oper));
        reading.cells.set(2 * rows + r, link.speed_mbit * mega);
        reading.cells.set(3 * rows + r, link.duplex);
        for (std::size_t slot = 0; slot < link.counters.size(); ++slot)
            reading.cells.set((state_columns + slot) * rows + r, link.counters.at(slot));
    }
    return reading;
}

} // namespace hallmonitor::agent
