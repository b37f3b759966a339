#include "tests/proxy/faults.hpp"

#include <algorithm>

namespace hallmonitor::proxy {
namespace {

using enum FaultKind;

// clang-format off
constexpr std::array table{
    Fault{.kind = delay, .name = "delay", .argument = 200, .least = 1, .most = 2'000, .weight = 4, .meaning = "milliseconds until an octet goes on"},
    Fault{.kind = jitter, .name = "jitter", .argument = 100, .least = 1, .most = 1'000, .weight = 2, .meaning = "up to so many milliseconds more, order kept"},
    Fault{.kind = throttle, .name = "throttle", .argument = 2'000, .least = 500, .most = 100'000, .weight = 4, .meaning = "octets a second"},
    Fault{.kind = hold, .name = "hold", .argument = 0, .least = 0, .most = 0, .weight = 4, .meaning = "nothing goes on until it is off again; then all of it"},
    Fault{.kind = black_hole, .name = "black-hole", .argument = 0, .least = 0, .most = 0, .weight = 1, .meaning = "octets and ends are lost; what lost any never carries again, new connections stay silent"},
    Fault{.kind = byte_at_a_time, .name = "byte-at-a-time", .argument = 0, .least = 0, .most = 500, .weight = 4, .meaning = "every octet in a segment of its own, so many microseconds apart"},
    Fault{.kind = corrupt, .name = "corrupt", .argument = 2'000, .least = 100, .most = 10'000, .weight = 4, .meaning = "one bit wrong in so many octets"},
    Fault{.kind = reset, .name = "reset", .argument = 2'000, .least = 1, .most = 20'000, .weight = 4, .meaning = "a connection is reset both ways once it has carried up to so many more octets; 0: at once"},
    Fault{.kind = half_close, .name = "half-close", .argument = 2'000, .least = 0, .most = 20'000, .weight = 4, .meaning = "the receiver is told that this was all, after up to so many more octets; 0: at once"},
    Fault{.kind = refuse, .name = "refuse", .argument = 0, .least = 0, .most = 0, .weight = 2, .meaning = "new connections are reset at once; either direction means both"},
    Fault{.kind = freeze, .name = "freeze", .argument = 0, .least = 0, .most = 0, .weight = 2, .meaning = "new connections wait to be accepted; either direction means both"},
};
// clang-format on
static_assert(table.size() == fault_kinds);

} // namespace

std::span<const Fault> fault_table()
{
    return table;
}

const Fault* find_fault(std::string_view name)
{
    const auto* const found = std::find_if(table.begin(), table.end(), [&](const Fault& fault) {
        return fault.name == name;
    });
    return found == table.end() ? nullptr : found;
}

} // namespace hallmonitor::proxy
