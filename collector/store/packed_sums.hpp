#pragma once
// What the components of one table counted in one hour, as the database keeps it: one record for
// all of them, since a district has a hundred thousand ports and most count little.

#include "collector/store/counters.hpp"
#include "common/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::collector {

using CounterSums = std::array<std::uint64_t, interface_counters>;

struct ComponentSums {
    std::string component;
    CounterSums sums{};
    bool operator==(const ComponentSums&) const = default;
};

/// Layout: version (1), count, then of each component its name, a number whose bit i says that sum
/// i is not 0, and those sums. Numbers are LEB128, names have their length before them.
[[nodiscard]] std::vector<std::byte> pack_sums(std::span<const ComponentSums> components);

/// Errors: malformed, unsupported (a newer version).
[[nodiscard]] Result<std::vector<ComponentSums>> unpack_sums(std::span<const std::byte> packed);

/// Both records in one: sums of one component are added. A record that cannot be read counts as
/// empty.
[[nodiscard]] std::vector<std::byte> merge_sums(
    std::span<const std::byte> one, std::span<const std::byte> other
);

} // namespace hallmonitor::collector
