#include "agent/profile/if_mib.hpp"

#include <array>
#include <limits>
#include <vector>

namespace hallmonitor::agent::if_mib {
namespace {

OidBytes bytes_of(const Oid& oid)
{
    const std::vector<std::byte> content = oid.ber_content();
    return {content.begin(), content.end()};
}

OidBytes if_entry(std::uint32_t column)
{
    return bytes_of({1, 3, 6, 1, 2, 1, 2, 2, 1, column});
}

OidBytes if_x_entry(std::uint32_t column)
{
    return bytes_of({1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column});
}

// No port is faster; a larger ifHighSpeed was not given in Mbit/s.
constexpr std::uint64_t fastest_mbit = 4'000'000;
// What is faster than one port is several, or was given in bit/s like the ifSpeed beside it.
constexpr std::uint64_t fastest_port_mbit = 800'000;
constexpr std::uint64_t mega = 1'000'000;

} // namespace

std::span<const HotColumn> wide_counters()
{
    static const std::array<HotColumn, 8> columns{{
        {if_x_entry(6), Metric::if_in_octets},
        {if_x_entry(10), Metric::if_out_octets},
        {if_x_entry(7), Metric::if_in_ucast},
        {if_x_entry(11), Metric::if_out_ucast},
        {if_x_entry(8), Metric::if_in_multicast},
        {if_x_entry(12), Metric::if_out_multicast},
        {if_x_entry(9), Metric::if_in_broadcast},
        {if_x_entry(13), Metric::if_out_broadcast},
    }};
    return columns;
}

std::span<const HotColumn> narrow_counters()
{
    static const std::array<HotColumn, 8> columns{{
        {if_entry(10), Metric::if_in_octets},
        {if_entry(16), Metric::if_out_octets},
        {if_entry(11), Metric::if_in_ucast},
        {if_entry(17), Metric::if_out_ucast},
        {if_x_entry(2), Metric::if_in_multicast},
        {if_x_entry(4), Metric::if_out_multicast},
        {if_x_entry(3), Metric::if_in_broadcast},
        {if_x_entry(5), Metric::if_out_broadcast},
    }};
    return columns;
}

std::span<const HotColumn> states()
{
    static const std::array<HotColumn, 9> columns{{
        {if_entry(7), Metric::if_admin_status},
        {if_entry(8), Metric::if_oper_status},
        {if_entry(14), Metric::if_in_errors},
        {if_entry(20), Metric::if_out_errors},
        {if_entry(13), Metric::if_in_discards},
        {if_entry(19), Metric::if_out_discards},
        {if_x_entry(15), Metric::if_speed},
        {if_entry(9), Metric::if_last_change},
        {if_x_entry(19), Metric::if_discontinuity},
    }};
    return columns;
}

std::span<const ColdColumn> cold_columns()
{
    static const std::vector<ColdColumn> columns = [] {
        std::vector<ColdColumn> list;
        const OidBytes if_x_entry_prefix = bytes_of({1, 3, 6, 1, 2, 1, 31, 1, 1, 1});
        const auto add = [&](const OidBytes& oid, Cold fact, Metric metric = {}) {
            const bool is_x = ber_starts_with(oid, if_x_entry_prefix);
            list.push_back({oid, is_x ? Table::if_x_table : Table::if_table, fact, metric});
        };
        add(if_entry(2), Cold::descr);
        add(if_entry(3), Cold::type);
        add(if_entry(5), Cold::speed);
        add(if_entry(6), Cold::phys_address);
        add(if_x_entry(1), Cold::name);
        add(if_x_entry(18), Cold::alias);
        for (std::size_t i = 0; i < narrow_counters().size(); ++i) {
            add(narrow_counters()[i].oid, Cold::narrow, narrow_counters()[i].metric);
            add(wide_counters()[i].oid, Cold::wide, wide_counters()[i].metric);
        }
        for (const HotColumn& column : states())
            add(column.oid, Cold::state);
        return list;
    }();
    return columns;
}

const Oid& if_table_last_change()
{
    static const Oid oid{1, 3, 6, 1, 2, 1, 31, 1, 5, 0};
    return oid;
}

const Oid& if_number()
{
    static const Oid oid{1, 3, 6, 1, 2, 1, 2, 1, 0};
    return oid;
}

std::string instance(Metric metric, bool wide, std::uint32_t if_index)
{
    const auto columns = !is_paired(metric) ? states() : wide ? wide_counters() : narrow_counters();
    for (const HotColumn& column : columns)
        if (column.metric == metric)
            return describe_oid(column.oid) + "." + std::to_string(if_index);
    return {};
}

std::string name_instance(std::uint32_t if_index)
{
    return describe_oid(if_x_entry(1)) + "." + std::to_string(if_index);
}

bool is_plausible_high_speed(std::uint64_t mbit)
{
    return mbit <= fastest_mbit;
}

Cell plausible_speed(Cell if_speed, Cell if_high_speed)
{
    if (!if_high_speed || *if_high_speed == 0) return if_speed;
    const std::uint64_t low = if_speed.value_or(0);
    const bool is_twice_the_same = *if_high_speed == low && low > fastest_port_mbit;
    if (is_plausible_high_speed(*if_high_speed) && !is_twice_the_same) return *if_high_speed * mega;
    if (low > 0 && low < std::numeric_limits<std::uint32_t>::max()) return low;
    return *if_high_speed % mega == 0 ? *if_high_speed : 0;
}

} // namespace hallmonitor::agent::if_mib
