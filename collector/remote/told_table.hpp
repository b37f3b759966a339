#pragma once
// One table in one lane, from reading to reading: what the next one is compared with.

#include "collector/health/row_cells.hpp"
#include "collector/health/snapshot.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hallmonitor::collector::remote {

/// What one reading tells of one port.
struct ToldPort {
    InterfaceView row;               // `total` holds the device's own counters
    WallTime at;                     // of the row in the reading
    bool is_held{false};             // no rates: the counters may stand between two refreshes
    std::optional<WallTime> idle_at; // the rates are those of the reading before, too, which was
                                     // held: the port was idle then already
};

class ToldTable {
public:
    /// Steps to come are of this definition; rows are known again by their keys.
    void adopt(std::shared_ptr<const TableDefinition> definition);

    /// A step of ports begins: port() of each of its rows, then told().
    void begin(const Step& step);
    /// What it tells of row `row`; empty for one whose key an earlier row has, and for one that was
    /// not read this time.
    [[nodiscard]] std::optional<ToldPort> port(const Step& step, std::uint32_t row);
    void told(const Step& step) { reading_ = step.later; }

    [[nodiscard]] const Columns& columns() const { return columns_; }
    /// Of a table of facts; else null.
    [[nodiscard]] const std::shared_ptr<const FactLayout>& facts() const { return facts_; }

private:
    // What the rates of a port go on from.
    struct Pace {
        std::array<Measured, 2> per_second;
        float stood_seconds{0};
        std::optional<WallTime> held_at; // a reading of which no rate was told
    };

    std::shared_ptr<const TableDefinition> definition_;
    Columns columns_;
    std::vector<std::uint32_t> wide_;              // wide_slots of its rows
    std::vector<std::chrono::milliseconds> holds_; // of evidence of its rows
    std::vector<bool> is_repeated_;                // rows whose key an earlier one has
    std::vector<Pace> paces_;                      // of its rows
    std::shared_ptr<const FactLayout> facts_;
    std::shared_ptr<const PlacedReading> reading_; // told last
    Continuity continuity_{};                      // of the step that is told
    bool goes_on_{false};                          // from what was told last
};

} // namespace hallmonitor::collector::remote
