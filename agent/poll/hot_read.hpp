#pragma once
// The hot part of a cycle: counters and states of the interfaces that the inventory knows. Three
// walks at most, which may be asked one after another or side by side: 64-bit counters, 32-bit
// counters where a row lacks those, states. Or of some rows all of it by GET.

#include "agent/poll/port_schedule.hpp"
#include "agent/poll/row_read.hpp"
#include "agent/poll/walk.hpp"
#include "agent/profile/interface_table.hpp"
#include "agent/snmp/message.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::agent {

class HotRead {
public:
    static constexpr std::size_t parts = 3;

    explicit HotRead(const SnmpSettings& settings);

    /// What is known of how the device answers.
    struct Manner {
        bool no_bulk{false};    // is asked by GETNEXT
        bool has_uptime{false}; // tells sysUpTime
    };
    /// How the parts are asked, as their replies have taught.
    [[nodiscard]] const std::array<WalkPace, parts>& paces() const { return paces_; }
    void set_paces(const std::array<WalkPace, parts>& paces) { paces_ = paces; }

    /// Begins anew. `inventory` outlives the read. `rows`: those to read; empty: all.
    void begin(const InterfaceInventory& inventory, Manner manner, const DueRows& rows = {});
    /// Forgets what was read, but not what was learnt about the device's replies.
    void drop();

    /// True while `part` has something to ask.
    [[nodiscard]] bool is_open(std::size_t part) const;
    /// True when nothing is left to ask.
    [[nodiscard]] bool finished() const;
    /// The next request of an open part; holds until the next call for that part.
    [[nodiscard]] Ask ask(std::size_t part);
    /// Whether it can be a reply to that one.
    [[nodiscard]] bool is_answer(std::size_t part, const ResponseView& reply) const;
    /// It got no answer: ask for less.
    void shrink(std::size_t part);

    /// What one reply brought.
    struct Step {
        bool all_known{true}; // no row that the inventory does not know
        std::optional<Finding> failure;
        std::optional<DeviceTicks> uptime;
    };
    /// Takes the reply to the last request of an open part.
    [[nodiscard]] Step feed(
        std::size_t part, const ResponseView& reply, std::size_t bytes, MonoTime now
    );
    /// The walk of an open part; null where rows are read by GET.
    [[nodiscard]] Walk* walk(std::size_t part)
    {
        return cycle_->rows ? nullptr : &*cycle_->walks.at(part);
    }

    /// The OID behind which the first open part goes on, for messages.
    [[nodiscard]] std::string place() const;
    /// What the device has done wrong in it so far, beside failures.
    [[nodiscard]] std::vector<Finding> findings() const;

    /// Varbinds received since begin().
    [[nodiscard]] std::uint64_t varbinds() const { return cycle_ ? cycle_->varbinds : 0; }
    /// Rows that got an operational state.
    [[nodiscard]] std::size_t rows_read() const { return cycle_ ? cycle_->reading.rows_read() : 0; }
    /// Call when finished, once: the reading is of what came in.
    void finish() { cycle_->reading.finish(); }
    /// What came in; only after begin().
    [[nodiscard]] const TableReading& reading() const { return cycle_->reading.reading(); }
    /// The same, once.
    [[nodiscard]] TableReading take();

private:
    /// From begin() to drop(): of a thousand devices few are in it.
    struct Cycle {
        Cycle(const InterfaceInventory& inventory, const DueRows& due) : reading(inventory, due) {}

        std::array<std::vector<if_mib::HotColumn>, parts> columns;
        std::array<std::optional<Walk>, parts> walks;
        std::optional<RowRead> rows; // in place of the walks, as the first part
        InterfaceReading reading;
        std::uint64_t varbinds{0};
    };

    [[nodiscard]] Step feed_rows(const ResponseView& reply, MonoTime now);

    std::unique_ptr<Cycle> cycle_;
    std::array<WalkPace, parts> paces_;          // learnt
    std::size_t at_once_{RowRead::most_at_once}; // learnt since all rows were read
    SnmpVersion version_;
};

} // namespace hallmonitor::agent
