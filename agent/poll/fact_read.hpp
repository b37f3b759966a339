#pragma once
// What is known of a device beside its interfaces, and when what of it is read again: all of it
// every hour, and when it says or shows that it has changed; between, what moves.

#include "agent/facts/fact_table.hpp"
#include "agent/poll/fact_reading.hpp"
#include "agent/profile/interface_table.hpp"
#include "common/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hallmonitor::agent {

/// What reading a device's profile brought.
struct FactOutcome {
    DeviceFacts facts;
    FactDepth depth{FactDepth::all};
    std::optional<TableDefinition> definition; // of the table of facts, where it is new; no device
    std::optional<TableReading> reading;       // of it; none when there is nothing to tell
    std::uint64_t varbinds{0};
};

class FactRead {
public:
    /// What moves is read every `interval`.
    FactRead(std::shared_ptr<const Catalogue> catalogue, std::chrono::milliseconds interval)
        : catalogue_(std::move(catalogue)), interval_(interval)
    {}

    /// What it is time to read; nothing: nothing.
    [[nodiscard]] std::optional<FactDepth> due(MonoTime now) const;

    /// `known`: the device's sysObjectID and sysDescr; `how`: version and manner, without pace.
    void begin(FactDepth depth, const Attributes& known, Walk::Options how);
    /// From begin() to take() or drop().
    [[nodiscard]] bool is_reading() const { return reading_ != nullptr; }
    [[nodiscard]] FactReading& reading() { return *reading_; }
    [[nodiscard]] const FactReading& reading() const { return *reading_; }
    void drop() { reading_.reset(); }

    /// What the reading brought, once it finished. `interfaces`: those last read of the device,
    /// with their names when it read all.
    [[nodiscard]] FactOutcome take(const InterfaceInventory& interfaces, MonoTime now);
    /// What the device takes at a time.
    [[nodiscard]] const WalkPace& pace() const { return pace_; }
    void set_pace(const WalkPace& pace) { pace_ = pace; }
    /// Whether anything was understood when all was read last.
    [[nodiscard]] bool has_understood() const { return has_understood_; }

private:
    void take_moving(FactOutcome& outcome, MonoTime now);
    void take_all(FactOutcome& outcome, const InterfaceInventory& interfaces, MonoTime now);
    void take_states();
    [[nodiscard]] DeviceFacts told(Facts facts) const;

    std::shared_ptr<const Catalogue> catalogue_;
    std::chrono::milliseconds interval_;
    std::unique_ptr<FactReading> reading_;
    WalkPace pace_; // learnt

    // As of the last reading of all.
    std::shared_ptr<const CompleteProfile> profile_;
    Presence there_;
    std::vector<TableRead> states_; // of the profile's tables
    ChangeMarks marks_;
    FactTable table_;
    std::optional<std::size_t> unknown_rows_; // that the first reading of what moves brought
    std::optional<MonoTime> all_read_at_;
    MonoTime read_at_;
    bool has_changed_{false}; // a mark has moved, or rows have come
    bool has_understood_{false};
};

} // namespace hallmonitor::agent
