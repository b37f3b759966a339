#pragma once
// The cold part of a cycle: who the interfaces of a device are and which counters each has.

#include "agent/poll/walk.hpp"
#include "agent/profile/interface_table.hpp"
#include "agent/snmp/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hallmonitor::agent {

class ColdRead {
public:
    /// Before anything is learnt: names are longer than counters.
    static constexpr WalkPace first_guess() { return {.repetitions = 4}; }

    /// Begins anew. `if_number`: how many interfaces the device says it has; `how`: version and
    /// manner.
    void begin(Cell if_number, Walk::Options how);
    [[nodiscard]] bool has_begun() const { return walk_ != nullptr; }
    /// Forgets what was read, but not what was learnt about the device's replies.
    void drop();

    /// How it is asked, as its replies have taught.
    [[nodiscard]] const WalkPace& pace() const { return pace_; }
    void set_pace(const WalkPace& pace) { pace_ = pace; }

    /// The walk of it, from begin() to take() or drop().
    [[nodiscard]] Walk& walk() { return *walk_; }
    [[nodiscard]] const Walk& walk() const { return *walk_; }

    /// Takes the reply to the walk's last request. Gives why no more can be read, if so.
    [[nodiscard]] std::optional<Finding> feed(const ResponseView& reply, std::size_t bytes);
    /// More rows than this agent reads of one device, and the device says so itself.
    [[nodiscard]] bool is_oversized() const;

    /// What the device has done wrong in it, beside failures.
    [[nodiscard]] std::vector<Finding> findings() const;
    /// The inventory, once; only when the walk is finished.
    [[nodiscard]] std::unique_ptr<InterfaceInventory> take();

private:
    WalkPace pace_{first_guess()}; // learnt
    std::uint64_t if_number_{0};
    std::unique_ptr<Walk> walk_; // only while it is read
    std::unique_ptr<InterfaceInventory> inventory_;
};

} // namespace hallmonitor::agent
