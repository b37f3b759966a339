#pragma once
// What the values of a device's interfaces say of the device: counters that go back, stand still or
// outrun their line, states that no MIB knows, names that are none. Looks at whole readings, each
// beside the one before, and never at single varbinds.
//
// It judges devices, so that people are told. What may be counted and shown of the same readings is
// the collector's to decide (collector/store/counting, collector/health/row_account); both ask
// advance() of common/model/counter.

#include "agent/poll/anomaly.hpp"
#include "agent/profile/interface_table.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hallmonitor::agent {

/// What is odd about an inventory, while it has its names; `facts`: texts of the device itself of
/// which the sanitizer left something out.
[[nodiscard]] std::vector<Finding> judge_inventory(
    const InterfaceInventory& inventory, const Oddity& facts
);
/// What is odd about the keys that it gives to its rows. `rows`: of its definition.
[[nodiscard]] std::vector<Finding> judge_keys(
    const InterfaceInventory& inventory, const std::vector<Row>& rows
);

/// Whether a device renews its counters more seldom than it is polled: again and again nothing of
/// a busy device moves from one reading to the next.
class RefreshWatch {
public:
    /// So many interfaces' octets moved by so much in all since the reading before.
    void note(const Oddity& moved, std::uint64_t octets, MonoTime now);
    /// The interfaces that moved at once after they stood still; none: no such thing.
    [[nodiscard]] Oddity renewed() const { return stalls_ < enough ? Oddity{} : renewed_; }

private:
    static constexpr unsigned enough = 2;

    MonoTime moved_at_;
    bool is_still_{false};
    bool was_busy_{false};
    unsigned stalls_{0}; // between two busy readings, one soon after another
    unsigned since_stall_{0};
    Oddity renewed_; // at the end of the last stall
};

class ReadingJudge {
public:
    /// Readings are of this inventory from now on, which still has its names.
    void begin(const InterfaceInventory& inventory);

    /// True when a 64-bit counter that had counted stands at 0: whether it counts no more and the
    /// 32-bit one beside it must be read, the cold columns tell.
    [[nodiscard]] bool sees_counters_stop(
        const InterfaceInventory& inventory, const TableReading& reading
    ) const;

    /// What is odd about a reading's values; it is the one before from now on.
    [[nodiscard]] std::vector<Finding> judge(
        const InterfaceInventory& inventory, const TableReading& reading
    );

    /// The next reading has none before it: the device restarted.
    void forget() { before_.clear(); }

private:
    /// Octets received and sent by one interface, in units of 4 KiB, lower digits.
    struct Octets {
        std::uint32_t in{not_read};
        std::uint32_t out{not_read};
    };
    static constexpr auto not_read = ~std::uint32_t{0};
    struct Tally;

    void compare_row(const InterfaceInventory&, const TableReading&, std::size_t row, Tally&);

    std::vector<Octets> before_; // by row; empty: no reading before
    std::vector<bool> is_line_;  // by row: its speed is that of a line
    std::optional<DeviceTicks> uptime_;
    MonoTime at_;
    RefreshWatch refresh_;
};

} // namespace hallmonitor::agent
