#pragma once
// Reads counters and states of some interfaces by GET, whole rows in a request where the device
// takes that many, with sysUpTime in each: of a few ports that costs less than walking the columns.

#include "agent/poll/anomaly.hpp"
#include "agent/poll/walk.hpp"
#include "agent/profile/if_mib.hpp"
#include "agent/profile/interface_table.hpp"
#include "agent/snmp/message.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

class RowRead {
public:
    /// Objects in a request beside sysUpTime: two interfaces, so that a reply fits a packet.
    static constexpr std::size_t most_at_once = 40;

    /// `rows`: of the inventory, in order. `has_uptime`: a reply without sysUpTime is none.
    RowRead(
        const InterfaceInventory& inventory,
        std::span<const std::uint32_t> rows,
        bool has_uptime,
        std::size_t at_once
    );

    [[nodiscard]] bool finished() const { return next_ == objects_.size(); }
    /// The next request, only while not finished; the same again if there was no answer.
    [[nodiscard]] Ask ask();
    [[nodiscard]] bool is_answer(const ResponseView& reply) const;
    /// Takes such a reply into `reading`. Gives why no more can be read, if so.
    [[nodiscard]] std::optional<Finding> feed(
        const ResponseView& reply, MonoTime now, InterfaceReading& reading
    );
    /// There was no answer: ask for less.
    void shrink();

    [[nodiscard]] std::optional<DeviceTicks> uptime() const { return uptime_; }
    [[nodiscard]] std::uint64_t varbinds() const { return varbinds_; }
    /// As many objects as the device takes, to begin with next time.
    [[nodiscard]] std::size_t at_once() const { return at_once_; }
    /// The object that it has come to, for messages.
    [[nodiscard]] std::string place() const;

private:
    struct Object {
        OidBytes oid;
        std::uint16_t column{0}; // of columns_
        std::uint16_t row{0};
        std::uint8_t prefix{0}; // octets of the column's OID
    };
    void add_row(const InterfaceInventory& inventory, std::uint32_t row);
    [[nodiscard]] std::optional<Finding> take_error(const ResponseView& reply);

    std::vector<if_mib::HotColumn> columns_; // 64-bit ones, then the others
    std::size_t wide_{0};                    // so many of them are of 64 bits
    std::vector<Object> objects_;            // row by row
    std::size_t next_{0};
    std::size_t asked_{0};
    std::size_t at_once_;
    bool has_uptime_;
    std::vector<std::span<const std::byte>> oids_;
    std::vector<ColumnValue> wide_values_;
    std::vector<ColumnValue> values_;
    std::optional<DeviceTicks> uptime_;
    std::uint64_t varbinds_{0};
};

} // namespace hallmonitor::agent
