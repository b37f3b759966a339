#pragma once
// What of a profile's objects has to be read again to tell the figures that move (FieldInfo::moves)
// of a device whose names are known: columns and scalars that these figures, and the conditions of
// their rules, are made of.

#include "agent/facts/profile.hpp"
#include "agent/facts/raw_facts.hpp"

#include <cstddef>
#include <vector>

namespace hallmonitor::agent {

struct MovingObjects {
    struct Table {
        std::size_t number{0};            // in the profile
        std::vector<std::size_t> columns; // places in its list, rising
        bool operator==(const Table&) const = default;
    };
    std::vector<std::size_t> scalars;
    std::vector<Table> tables;
};

/// `there`: what of the profile the device has; objects that it does not have are left out, and so
/// are rules that others stand in for.
[[nodiscard]] MovingObjects moving_objects(const CompleteProfile& profile, const Presence& there);

} // namespace hallmonitor::agent
