#pragma once
// The ledger's database, without a disk.

#include "collector/health/ledger.hpp"
#include "collector/store/packed_sums.hpp"

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hallmonitor::collector::ledger_test {

/// What is committed, merged as the contract says.
class MemoryDb {
public:
    void write(const Checkpoint& checkpoint);
    [[nodiscard]] LedgerImage image() const;
    /// Sum of a component's octets received over all hours.
    [[nodiscard]] std::uint64_t octets(const std::string& component) const;
    /// By table, component and hour.
    [[nodiscard]] const auto& rollups() const { return rollups_; }
    [[nodiscard]] const std::vector<EventRecord>& events() const { return events_; }
    /// All closed ones there are.
    [[nodiscard]] std::vector<IntervalRecord> intervals() const;

private:
    using Place = std::tuple<TableKey, std::string, WallTime>;
    std::map<std::pair<AgentId, Epoch>, AgentRecord> agents_;
    std::map<TableKey, TableRecord> tables_;
    std::map<std::pair<Place, State>, IntervalRecord> intervals_;
    std::map<Place, CounterSums> rollups_;
    std::vector<EventRecord> events_;
    std::vector<JournalRecord> journal_;
};

} // namespace hallmonitor::collector::ledger_test
