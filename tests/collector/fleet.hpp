#pragma once
// Small fleets built by hand, for tests of what is shown of them.

#include "collector/health/snapshot.hpp"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hallmonitor::collector::test {

/// 2026-11-24T02:00:00Z: the moment of every snapshot here unless said otherwise.
inline constexpr WallTime now{std::chrono::milliseconds{1'795'485'600'000}};

struct Port {
    std::string key;
    std::string alias;
    bool watched{false};
    OperStatus oper{OperStatus::up};
    std::uint64_t speed{1'000'000'000};
    std::uint64_t received{0}; // octets
    std::uint64_t sent{0};
    double received_per_second{0};
    double sent_per_second{0};
};

/// A device with fresh evidence of `state` since an hour, and these ports, fresh too. Watched ports
/// have been in their state for an hour.
[[nodiscard]] DeviceView make_device(
    std::string site, std::string name, State state, const std::vector<Port>& ports
);

/// Its interfaces were read that long ago, and not since.
void read_last(DeviceView& device, std::chrono::seconds ago);

/// One fact: what does not move, and what does by the names of its section's fields.
struct Fact {
    std::string key;
    Attributes attributes{};
    std::vector<std::pair<std::string, std::variant<double, std::string>>> values{};
};

/// A table of these, read every five minutes, with all columns; and its cells.
[[nodiscard]] TableDefinition fact_table(std::string device, const std::vector<Fact>& facts);
[[nodiscard]] Cells fact_cells(const std::vector<Fact>& facts);

/// The same as last read, fresh.
[[nodiscard]] FactTable make_facts(const std::vector<Fact>& facts);

/// An agent that is connected and has just sent something.
[[nodiscard]] AgentView make_agent(std::string site, std::string name);

[[nodiscard]] std::shared_ptr<const Snapshot> make_snapshot(
    std::vector<DeviceView> devices, std::vector<AgentView> agents = {}
);

/// A timeline of these pieces.
[[nodiscard]] std::shared_ptr<const Timeline> make_timeline(const std::vector<Interval>& pieces);

} // namespace hallmonitor::collector::test
