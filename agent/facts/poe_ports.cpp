#include "agent/facts/poe_ports.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace hallmonitor::agent {
namespace {

using Numbers = std::set<std::uint32_t>;
using Groups = std::map<std::uint32_t, Numbers>;                                   // ports by group
using IfIndexes = std::map<std::uint32_t, std::map<std::uint32_t, std::uint32_t>>; // by group, port

struct PoePort {
    std::uint32_t group{0};
    std::uint32_t number{0};
};

std::optional<std::uint32_t> number_in(std::string_view text)
{
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<PoePort> port_of(const FactRow& row)
{
    const std::string_view index = row.index;
    const auto point = index.find('.');
    if (row.source != "pethPsePortTable" || point == std::string_view::npos) return std::nullopt;
    const auto group = number_in(index.substr(0, point));
    const auto number = number_in(index.substr(point + 1));
    if (!group || !number) return std::nullopt;
    return PoePort{*group, *number};
}

/// Ports whose names differ in their last number alone: "Gi1/0/" has 1 to 48.
struct Family {
    std::optional<std::uint32_t> slot;            // the first number in front of it: 1
    std::map<std::uint32_t, std::uint32_t> ports; // ifIndex by number
    bool is_ambiguous{false};

    // Where ports count from 0 here and from 1 there, nobody knows which is which.
    [[nodiscard]] bool has(const Numbers& numbers) const
    {
        const bool counts_alike = ports.contains(0) == numbers.contains(0);
        return !is_ambiguous && counts_alike &&
               std::all_of(numbers.begin(), numbers.end(), [&](std::uint32_t number) {
                   return ports.contains(number);
               });
    }
};

std::optional<std::uint32_t> first_number(std::string_view text)
{
    constexpr std::string_view digits = "0123456789";
    const auto begin = text.find_first_of(digits);
    if (begin == std::string_view::npos) return std::nullopt;
    text.remove_prefix(begin);
    return number_in(text.substr(0, text.find_first_not_of(digits)));
}

std::map<std::string, Family> families_of(std::span<const Interface> interfaces)
{
    std::map<std::string, Family> families;
    for (const Interface& one : interfaces) {
        if (!is_ethernet(one)) continue;
        const std::string_view name = one.names.name.empty() ? one.names.descr : one.names.name;
        const auto letter = name.find_last_not_of("0123456789");
        const auto digits = letter == std::string_view::npos ? 0 : letter + 1;
        const auto number = number_in(name.substr(digits));
        if (!number || name.substr(0, digits).ends_with('.')) continue; // a part of a port
        const auto [place, is_new] = families.try_emplace(std::string{name.substr(0, digits)});
        Family& family = place->second;
        if (is_new) family.slot = first_number(place->first);
        if (!family.ports.emplace(*number, one.names.if_index).second) family.is_ambiguous = true;
    }
    return families;
}

// Of one group the only ports that it can be; of several, each the ports of its own slot, and no
// slot is left: groups may be numbered by other things than slots.
std::optional<IfIndexes> by_names(const Groups& groups, std::span<const Interface> interfaces)
{
    const std::map<std::string, Family> families = families_of(interfaces);
    IfIndexes found;
    Numbers slots;
    for (const auto& [group, numbers] : groups) {
        for (const auto& [name, family] : families) {
            if (!family.has(numbers)) continue;
            if (family.slot) slots.insert(*family.slot);
            if (groups.size() > 1 && family.slot != group) continue;
            if (!found.emplace(group, family.ports).second) return std::nullopt;
        }
        if (!found.contains(group)) return std::nullopt;
    }
    const bool fits = groups.size() == 1 || slots.size() == groups.size();
    return fits ? std::optional{found} : std::nullopt;
}

// Where there are as many as there are Ethernet ports, under the numbers of these.
std::optional<IfIndexes> by_if_index(const Groups& groups, std::span<const Interface> interfaces)
{
    const auto& [group, numbers] = *groups.begin();
    IfIndexes found;
    for (const Interface& one : interfaces)
        if (is_ethernet(one)) found[group].emplace(one.names.if_index, one.names.if_index);
    const bool is_same = std::equal(
        numbers.begin(),
        numbers.end(),
        found[group].begin(),
        found[group].end(),
        [](std::uint32_t number, const auto& port) { return number == port.first; }
    );
    return groups.size() == 1 && is_same ? std::optional{found} : std::nullopt;
}

bool disagree(const IfIndexes& one, const IfIndexes& other, const Groups& groups)
{
    return std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
        return std::any_of(group.second.begin(), group.second.end(), [&](std::uint32_t port) {
            return one.at(group.first).at(port) != other.at(group.first).at(port);
        });
    });
}

} // namespace

void find_poe_ports(std::vector<FactRow>& rows, std::span<const Interface> interfaces)
{
    static const auto if_index = field_named(FactSection::poe_ports, "if_index").value();
    Groups groups;
    for (const FactRow& row : rows) {
        if (is_there(row[if_index])) return;
        if (const auto port = port_of(row)) groups[port->group].insert(port->number);
    }
    if (groups.empty()) return;
    const auto named = by_names(groups, interfaces);
    const auto numbered = by_if_index(groups, interfaces);
    const auto& found = named ? named : numbered;
    if (!found || (named && numbered && disagree(*named, *numbered, groups))) return;
    for (FactRow& row : rows)
        if (const auto port = port_of(row))
            row.values[if_index] = static_cast<double>(found->at(port->group).at(port->number));
}

} // namespace hallmonitor::agent
