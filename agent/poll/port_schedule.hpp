#pragma once
// Which interfaces of a device are due in a cycle: watched ports, access ports and the others may
// have intervals of their own.

#include "agent/config.hpp"
#include "agent/profile/interface_table.hpp"
#include "common/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hallmonitor::agent {

/// Rows of an inventory, in order; empty: all of them.
using DueRows = std::vector<std::uint32_t>;

class PortSchedule {
public:
    explicit PortSchedule(const DeviceConfig& device);

    /// Rows are of this inventory from now on, which still has its names. All are due.
    void begin(const InterfaceInventory& inventory, const DeviceConfig& device);

    /// The rows to read in a cycle that begins now; nothing: none is due. Where most are, it costs
    /// less to read all.
    [[nodiscard]] std::optional<DueRows> due(MonoTime now) const;

    /// They were read in the cycle that began then.
    void note_read(const DueRows& rows, MonoTime began);

private:
    struct Class {
        std::chrono::milliseconds interval{0};
        std::size_t rows{0};
        std::optional<MonoTime> read_at;
    };
    [[nodiscard]] bool is_due(const Class& one, MonoTime now) const;

    std::array<Class, port_classes> classes_;
    std::chrono::milliseconds cadence_;
    std::vector<PortClass> of_rows_; // empty where all classes have one interval
};

} // namespace hallmonitor::agent
