#pragma once
// What a line can do wrong, as one table, and which of it is on in one direction.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hallmonitor::proxy {

enum class FaultKind : std::uint8_t {
    delay,
    jitter,
    throttle,
    hold,
    black_hole,
    byte_at_a_time,
    corrupt,
    reset,
    half_close,
    refuse,
    freeze,
};
inline constexpr std::size_t fault_kinds = 11;

struct Fault {
    FaultKind kind;
    std::string_view name;
    std::int64_t argument; // when the command gives none
    std::int64_t least;    // what a random schedule chooses from
    std::int64_t most;
    unsigned weight; // how often it chooses this fault
    std::string_view meaning;
};

/// All faults there are.
[[nodiscard]] std::span<const Fault> fault_table();
/// Null for an unknown name.
[[nodiscard]] const Fault* find_fault(std::string_view name);

/// The faults of one direction.
class FaultSet {
public:
    /// The argument of a fault that is on; empty: it is off.
    [[nodiscard]] std::optional<std::int64_t> argument(FaultKind kind) const
    {
        return arguments_.at(static_cast<std::size_t>(kind));
    }
    [[nodiscard]] bool is_on(FaultKind kind) const { return argument(kind).has_value(); }
    /// Without an argument it is switched off.
    void set(FaultKind kind, std::optional<std::int64_t> argument)
    {
        arguments_.at(static_cast<std::size_t>(kind)) = argument;
    }

private:
    std::array<std::optional<std::int64_t>, fault_kinds> arguments_;
};

} // namespace hallmonitor::proxy
