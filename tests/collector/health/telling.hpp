#pragma once
// What an agent would tell, for tests of the ledger: readings at seconds after a start go through
// the real encoder and come back from the real decoder, segment by segment.

#include "collector/health/ledger.hpp"
#include "common/wire/batch.hpp"
#include "tests/collector/health/memory_db.hpp"

#include <string>
#include <vector>

namespace hallmonitor::collector::ledger_test {

inline constexpr WallTime start{std::chrono::seconds{1'700'000'000}};
inline const AgentId the_agent{"lincoln", "agent-1"};

constexpr WallTime at(std::int64_t second)
{
    return start + std::chrono::seconds{second};
}

/// The columns of port_table, in this order: admin, oper, speed, last change, octets in, errors in.
[[nodiscard]] TableDefinition port_table(
    const std::vector<std::string>& ports, bool wide = true, bool watched = true
);
/// Liveness of the same device "sw-1", told every 10 s.
[[nodiscard]] TableDefinition liveness_table();

struct Port {
    OperStatus oper{OperStatus::up};
    std::uint64_t octets{0};
    std::uint64_t last_change{0}; // device ticks
    std::uint64_t speed{1'000'000'000};
    AdminStatus admin{AdminStatus::up};
    std::uint64_t errors{0};
};

class Telling {
public:
    explicit Telling(Epoch epoch = Epoch{7}) : encoder_(epoch, Seq{1}, 1) {}

    void define(const TableDefinition& table) { encoder_.define(table); }
    /// A reading of the ports; `uptime` in device ticks, empty for a kernel's.
    void ports(std::int64_t second, std::optional<std::uint32_t> uptime, std::vector<Port> ports);
    void device(std::int64_t second, State state, std::int64_t age_seconds = 0);
    void facts(std::int64_t second, Cells cells);
    void seal(std::int64_t second);
    void start_segment() { encoder_.start_segment(); }
    void roster(std::vector<std::string> devices) { encoder_.tell_roster(std::move(devices)); }
    /// From now on the wall clock is off by this much.
    void set_clock(std::chrono::milliseconds offset) { offset_ = offset; }

    [[nodiscard]] const std::vector<SealedBatch>& sealed() const { return sealed_; }
    /// All batches sealed so far, decoded.
    [[nodiscard]] std::vector<DecodedBatch> decoded() const;

private:
    BatchEncoder encoder_;
    std::chrono::milliseconds offset_{0};
    std::vector<SealedBatch> sealed_;
};

void tell(
    Ledger& ledger, const std::vector<DecodedBatch>& batches, wire::Lane lane = wire::Lane::live
);

/// Checkpoint, write, committed.
void commit(Ledger& ledger, MemoryDb& db);

[[nodiscard]] const DeviceView& the_device(const Snapshot& snapshot);
/// Key and attributes of a port.
[[nodiscard]] const Row& the_row(const Snapshot& snapshot, const std::string& key);
[[nodiscard]] const InterfaceView& the_port(const Snapshot& snapshot, const std::string& key);
[[nodiscard]] std::vector<Interval> life(const std::shared_ptr<const Timeline>& timeline);
[[nodiscard]] Interval piece(std::int64_t from, std::int64_t to, State state);

} // namespace hallmonitor::collector::ledger_test

namespace hallmonitor::collector {
std::ostream& operator<<(std::ostream& out, const Interval& interval);
} // namespace hallmonitor::collector
