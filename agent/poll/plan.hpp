#pragma once
// Who is due when. Every device has a steady phase from a hash of its name, on a grid of a quarter
// of a second, so that load is even and stays so; a slot that was missed is skipped, never caught
// up.

#include "common/time.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

class Plan {
public:
    /// Device `number` is due every `interval` from `now` on, first within one interval; the first
    /// time comes sooner (within `first_within`), so that a fresh start shows something soon.
    void add(
        std::uint32_t number,
        std::string_view name,
        std::chrono::milliseconds interval,
        MonoTime now,
        std::chrono::milliseconds first_within
    );

    /// Devices whose time has come, earliest first; each moves on to its next slot after `now`.
    [[nodiscard]] std::vector<std::uint32_t> take_due(MonoTime now);

    /// When take_due() will next give something; empty without devices.
    [[nodiscard]] std::optional<MonoTime> next_due() const;

private:
    struct Slot {
        MonoTime at;
        std::uint32_t number;
        MonoTime phase; // a later slot of its steady grid
        std::chrono::microseconds interval;
        bool operator>(const Slot& other) const { return at > other.at; }
    };
    std::priority_queue<Slot, std::vector<Slot>, std::greater<>> slots_;
};

} // namespace hallmonitor::agent
