#pragma once
// How often something odd was read of a device, and where first.

#include <cstddef>
#include <string>

namespace hallmonitor::agent {

struct Oddity {
    std::size_t count{0};
    std::string first_oid; // "1.3.6.1..."

    /// `oid` gives the object; it is asked for the first one's alone.
    void note(const auto& oid)
    {
        if (count++ == 0) first_oid = oid();
    }
};

} // namespace hallmonitor::agent
