#pragma once
// From varbinds to a table of interfaces: the inventory (cold: who the rows are) and the readings
// (hot: what they count). Rows are known by ifIndex only inside one life of the inventory.

#include "agent/config.hpp"
#include "agent/profile/if_mib.hpp"
#include "agent/profile/interface_identity.hpp"
#include "agent/snmp/message.hpp"
#include "common/model/table.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hallmonitor::agent {

/// Who the interfaces of a device are, as last read from its cold columns.
class InterfaceInventory {
public:
    /// Takes one varbind of a cold column. Values of an unexpected type are left out.
    void feed(if_mib::Cold fact, std::uint32_t if_index, const VarBindView& value);

    /// Call after the last feed: sorts rows by ifIndex, finds keys, decides which rows count in 64
    /// bits. A row whose 64-bit octets stand at 0 beside live 32-bit ones counts in 32 bits.
    void finish();

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] bool has_wide_rows() const { return wide_rows_ > 0; }
    [[nodiscard]] bool has_narrow_rows() const { return wide_rows_ < rows_.size(); }
    /// Greatest ifIndex; empty without rows.
    [[nodiscard]] std::optional<std::uint32_t> last_index() const;

    static constexpr auto no_row = static_cast<std::size_t>(-1);
    /// Row number of an ifIndex, no_row when there is none; quick when it is row `hint` or the one
    /// after.
    [[nodiscard]] std::size_t row_of(std::uint32_t if_index, std::size_t hint) const
    {
        // GETBULK brings rows in order, several columns each: it is the row of last time or the
        // next.
        for (std::size_t row = hint; row < indexes_.size() && row <= hint + 1; ++row)
            if (indexes_[row] == if_index) return row;
        return find_row(if_index);
    }
    [[nodiscard]] bool is_wide(std::size_t row) const { return rows_[row].wide; }
    [[nodiscard]] Cell if_speed(std::size_t row) const { return rows_[row].speed; }

    /// The table these rows make; columns are those of interface_columns().
    [[nodiscard]] TableDefinition definition(const DeviceConfig& device) const;

private:
    struct Entry {
        InterfaceNames names;
        std::string alias;
        Cell type;
        Cell speed;
        std::array<Cell, 4> octets; // ifInOctets, ifOutOctets, ifHCInOctets, ifHCOutOctets
        bool wide{false};
    };
    Entry& entry(std::uint32_t if_index);
    [[nodiscard]] std::size_t find_row(std::uint32_t if_index) const;

    std::vector<Entry> rows_; // in order of arrival until finish(), then by ifIndex
    std::vector<std::uint32_t>
        indexes_; // of rows_, after finish(): what looking up needs, close by
    std::unordered_map<std::uint32_t, std::size_t> arrived_;
    std::size_t wide_rows_{0};
};

/// Columns of every SNMP interface table, in order.
[[nodiscard]] const std::vector<Metric>& interface_columns();

/// Fills one reading of the table, column by column.
class InterfaceReading {
public:
    explicit InterfaceReading(const InterfaceInventory& inventory);

    /// Where a hot value comes from in time: the PDU's arrival and its sysUpTime.
    struct Stamp {
        MonoTime arrived;
        std::optional<DeviceTicks> uptime;
    };

    /// Takes the values of one reply about `columns`; `wide` says which of the two counter groups
    /// they are of. False when the inventory does not know a row: the table has changed.
    bool feed(
        std::span<const if_mib::HotColumn> columns,
        bool wide,
        std::span<const ColumnValue> values,
        const Stamp& stamp
    );

    /// The reading; taken_at and uptime are those of the first stamp.
    [[nodiscard]] TableReading finish() &&;

    /// Rows that got an operational state.
    [[nodiscard]] std::size_t rows_read() const { return rows_read_; }

private:
    Cell& cell(Metric metric, std::size_t row);
    void take(Metric metric, std::size_t row, std::uint64_t number, const Stamp& stamp);

    const InterfaceInventory& inventory_;
    TableReading reading_;
    bool stamped_{false};
    std::size_t hint_{0};
    std::size_t rows_read_{0};
};

} // namespace hallmonitor::agent
