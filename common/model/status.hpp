#pragma once
// States of devices and interfaces. Missing is not zero: `unknown` is a state of its own.

#include <cstdint>

namespace hallmonitor {

/// What is true of an object at a moment (D2). `outside`: administratively down or not present in
/// the configuration; such time is no part of the object's life.
enum class State : std::uint8_t { unknown = 0, up = 1, down = 2, outside = 3 };

/// ifOperStatus, RFC 2863.
enum class OperStatus : std::uint8_t {
    up = 1,
    down = 2,
    testing = 3,
    unknown = 4,
    dormant = 5,
    not_present = 6,
    lower_layer_down = 7,
};

/// ifAdminStatus, RFC 2863.
enum class AdminStatus : std::uint8_t { up = 1, down = 2, testing = 3 };

/// D2: 1 is up; 2, 6, 7 down; 3, 4, 5 unknown; administratively down lies outside its life.
constexpr State interface_state(AdminStatus admin, OperStatus oper)
{
    if (admin == AdminStatus::down) return State::outside;
    switch (oper) {
    case OperStatus::up: return State::up;
    case OperStatus::down:
    case OperStatus::not_present:
    case OperStatus::lower_layer_down: return State::down;
    case OperStatus::testing:
    case OperStatus::unknown:
    case OperStatus::dormant: return State::unknown;
    }
    return State::unknown;
}

} // namespace hallmonitor
