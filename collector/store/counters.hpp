#pragma once
// The twelve IF-MIB counters of one interface, some of which may be absent.

#include "common/model/table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hallmonitor::collector {

/// if_in_octets .. if_out_discards, in Metric's order.
inline constexpr std::size_t interface_counters = 12;

/// Place of one of the twelve.
constexpr std::size_t counter_slot(Metric metric)
{
    return static_cast<std::size_t>(metric) - static_cast<std::size_t>(Metric::if_in_octets);
}

/// The counter at `slot`, 0..11.
constexpr Metric counter_at(std::size_t slot)
{
    return static_cast<Metric>(slot + static_cast<std::size_t>(Metric::if_in_octets));
}

/// Numbers of the twelve, and which of them are there: a collector holds several sets of them for
/// each interface of the district.
struct Counters {
    std::array<std::uint64_t, interface_counters> numbers{}; // 0 where absent
    std::uint32_t there{0};                                  // bit i: numbers[i] is there

    [[nodiscard]] bool has(std::size_t slot) const { return (there >> slot & 1) != 0; }
    [[nodiscard]] Cell operator[](std::size_t slot) const
    {
        return has(slot) ? Cell{numbers.at(slot)} : Cell{};
    }
    void set(std::size_t slot, const Cell& cell)
    {
        numbers.at(slot) = cell.value_or(0);
        there = (there & ~(1U << slot)) | static_cast<std::uint32_t>(cell ? 1U << slot : 0U);
    }
    bool operator==(const Counters&) const = default;
};

} // namespace hallmonitor::collector
