#pragma once
// From varbinds to a table of interfaces: the inventory (cold: who the rows are) and the readings
// (hot: what they count). Rows are known by ifIndex only inside one life of the inventory.

#include "agent/config.hpp"
#include "agent/profile/if_mib.hpp"
#include "agent/profile/interface_identity.hpp"
#include "agent/profile/oddity.hpp"
#include "agent/snmp/message.hpp"
#include "common/model/table.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

/// What the cold columns say of one row. A fact that the device has but leaves empty is among its
/// facts.
struct Interface {
    InterfaceNames names;
    std::string alias;
    Cell type;
    Cell speed;
    bool is_frozen{false};  // 64-bit octets stand at 0 beside live 32-bit ones
    std::uint16_t facts{0}; // bit f: fact f of if_mib::Cold was there

    [[nodiscard]] bool has(if_mib::Cold fact) const
    {
        return (facts >> static_cast<unsigned>(fact) & 1U) != 0;
    }
};

/// Who the interfaces of a device are, as last read from its cold columns.
class InterfaceInventory {
public:
    /// Takes one varbind of a cold column. Values of an unexpected type are left out.
    void feed(const if_mib::ColdColumn& column, std::uint32_t if_index, const VarBindView& value);

    /// Call after the last feed: sorts rows by ifIndex and decides which counters of each are read
    /// in 64 bits: those that it has, but for a direction whose 64-bit octets stand at 0 beside
    /// live 32-bit ones.
    void finish();

    /// Who the rows are is told elsewhere now (definition()): rows() is empty from here on, and
    /// readings need no more than what is left.
    void forget_names();

    [[nodiscard]] std::size_t size() const { return std::max(rows_.size(), indexes_.size()); }
    /// True when anything of that table was there.
    [[nodiscard]] bool has(if_mib::Table table) const { return tables_.at(as_index(table)); }
    [[nodiscard]] std::span<const Interface> rows() const { return rows_; }
    /// 64-bit counters that any row is read by, and 32-bit ones.
    [[nodiscard]] std::vector<if_mib::HotColumn> wide_columns() const;
    [[nodiscard]] std::vector<if_mib::HotColumn> narrow_columns() const;
    /// Counters of another type than one that counts.
    [[nodiscard]] const Oddity& mistyped() const { return mistyped_; }
    /// Texts of which the sanitizer left something out.
    [[nodiscard]] const Oddity& wild_texts() const { return wild_texts_; }
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
    [[nodiscard]] std::uint32_t if_index(std::size_t row) const { return indexes_[row]; }
    /// Whether a counter of the row is read in 64 bits; of the eight that come in both.
    [[nodiscard]] bool is_wide(std::size_t row, Metric counter) const
    {
        return (wide_[row] >> if_mib::pair_of(counter) & 1U) != 0;
    }
    [[nodiscard]] Cell if_speed(std::size_t row) const
    {
        return has_speed_[row] ? Cell{speeds_[row]} : std::nullopt;
    }

    /// Gives the key of the row with that ifIndex; empty: there is none. Only with names.
    [[nodiscard]] std::function<std::string(std::uint32_t)> key_lookup() const;

    /// The table these rows make; columns are those of interface_columns().
    [[nodiscard]] TableDefinition definition(const DeviceConfig& device) const;

private:
    /// Of a row's eight counters that come in 64 and in 32 bits, a bit each.
    struct Counters {
        std::uint8_t narrow{0}; // there is one in 32 bits
        std::uint8_t wide{0};
        std::uint8_t narrow_counts{0}; // and it is not 0
        std::uint8_t wide_counts{0};
    };
    static constexpr std::size_t as_index(if_mib::Table table)
    {
        return static_cast<std::size_t>(table);
    }
    std::size_t place(std::uint32_t if_index);
    [[nodiscard]] std::string text_of(const VarBindView& value);
    [[nodiscard]] std::vector<InterfaceKey> keys() const;
    [[nodiscard]] std::size_t find_row(std::uint32_t if_index) const;

    std::vector<Interface> rows_;    // in order of arrival until finish(), then by ifIndex
    std::vector<Counters> counters_; // of rows_, until finish()
    std::array<bool, 2> tables_{};
    std::unordered_map<std::uint32_t, std::size_t> arrived_;
    std::size_t last_{0}; // row of the last feed
    Oddity mistyped_;
    Oddity wild_texts_;

    // After finish(), row by row: what readings need, close by.
    std::vector<std::uint32_t> indexes_;
    std::vector<std::uint8_t> wide_;    // bits as in Counters
    std::vector<std::uint32_t> speeds_; // ifSpeed, a Gauge32
    std::vector<bool> has_speed_;
    std::uint8_t any_wide_{0}; // bits as in Counters
    std::uint8_t any_narrow_{0};
};

/// By the device's `watch` and the row's type.
[[nodiscard]] PortClass class_of(const Interface& row, const DeviceConfig& device);
/// IANAifType: Ethernet, also under the names it had.
[[nodiscard]] bool is_ethernet(const Interface& row);

/// Columns of every SNMP interface table, in order.
[[nodiscard]] const std::vector<Metric>& interface_columns();
/// The place of one of them; it must be there.
[[nodiscard]] std::size_t interface_column(Metric metric);

/// Makes a reading one of a device whose sysUpTime is not to be used.
void forget_uptime(TableReading& reading);

/// Fills one reading of the table, column by column.
class InterfaceReading {
public:
    /// `rows`: those that are read, in order; empty: all.
    explicit InterfaceReading(
        const InterfaceInventory& inventory, std::span<const std::uint32_t> rows = {}
    );

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

    /// Call after the last feed: makes speeds of what the device calls so.
    void finish();
    /// The reading; taken_at and uptime are those of the first stamp.
    [[nodiscard]] const TableReading& reading() const { return reading_; }
    [[nodiscard]] TableReading take() && { return std::move(reading_); }

    /// Values of a type that is no number.
    [[nodiscard]] const Oddity& mistyped() const { return mistyped_; }
    /// Values of ifHighSpeed that no port has.
    [[nodiscard]] const Oddity& implausible_speeds() const { return implausible_speeds_; }

    /// Rows of which anything was read.
    [[nodiscard]] std::size_t rows_read() const { return rows_read_; }

private:
    [[nodiscard]] std::size_t place_of(Metric metric, std::size_t row) const;
    void take(Metric metric, std::size_t row, std::uint64_t number, const Stamp& stamp);
    void finish(std::size_t row);

    const InterfaceInventory& inventory_;
    std::size_t rows_; // of the inventory
    std::vector<std::uint32_t> read_;
    TableReading reading_;
    bool stamped_{false};
    std::size_t hint_{0};
    std::vector<bool> seen_; // by row
    std::size_t rows_read_{0};
    Oddity mistyped_;
    Oddity implausible_speeds_;
};

} // namespace hallmonitor::agent
