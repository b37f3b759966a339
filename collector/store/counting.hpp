#pragma once
// What an interface counted between two readings (D10). Amounts are exact integers; where two
// readings cannot be compared there is no amount, and never a guess.

#include "collector/store/counters.hpp"
#include "collector/store/stamp.hpp"
#include "common/model/counter.hpp"
#include "common/model/table.hpp"
#include "common/units.hpp"

#include <chrono>
#include <cstdint>

namespace hallmonitor::collector {

/// One row at one reading.
struct RowReading {
    Stamp stamp;
    Counters counters;
    std::uint32_t wide{0}; // bit i: counters[i] is 64 bits wide
    Cell discontinuity;    // ifCounterDiscontinuityTime
    BitsPerSecond speed;

    /// True when at least one counter was read.
    [[nodiscard]] bool has_counters() const { return counters.there != 0; }
};

struct RowStep {
    Elapsed elapsed;
    Counters amounts;
    unsigned resets{0};    // counters that began anew
    unsigned ambiguous{0}; // that may have wrapped twice or stepped back
    bool went_on{false};   // the device's uptime began anew, its counters did not
};

/// What counters say of a step in which the device's uptime began anew.
enum class Continuity : std::uint8_t {
    unclear,
    went_on,    // only the SNMP agent restarted (D2): one stands where it cannot have come since
    began_anew, // one fell, and not by wrapping
};

/// `unclear` too where the uptime did not begin anew.
[[nodiscard]] Continuity continuity_of(const RowReading& earlier, const RowReading& later);

/// A row whose counters have gone on over a restart of the SNMP agent is compared as ever: its own
/// counters say so, or where they are unclear (few narrow ones prove anything) those of the
/// device's other rows, `of_device`.
///
/// `hold` is how long a reading stands as evidence. Where no speed bounds what a 32-bit counter of
/// octets or packets can count, it is compared within that time only.
[[nodiscard]] RowStep count(
    const RowReading& earlier,
    const RowReading& later,
    std::chrono::milliseconds hold,
    Continuity of_device = Continuity::unclear
);

} // namespace hallmonitor::collector
