#pragma once
// Events as the ledger keeps them: the newest to show, and those that no checkpoint has yet.

#include "collector/health/ledger.hpp"
#include "collector/health/snapshot.hpp"
#include "collector/health/table_state.hpp"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace hallmonitor::collector {

class EventLog {
public:
    void add(const AgentId& agent, PlacedEvent event);
    /// One that the database has already.
    void restore(const EventRecord& record) { show(record.agent, record.event); }

    /// Oldest first.
    [[nodiscard]] const std::deque<EventView>& shown() const { return shown_; }
    [[nodiscard]] bool has_news() const { return !news_.empty(); }
    [[nodiscard]] std::vector<EventRecord> take_news() { return std::exchange(news_, {}); }
    void trim(WallTime limit);

private:
    void show(const AgentId& agent, const PlacedEvent& event);

    std::deque<EventView> shown_;
    std::vector<EventRecord> news_;
};

/// Of a device whose uptime began anew.
[[nodiscard]] Event restart_event(const TableState::Restart& restart, const std::string& device);

/// Of a device that an agent's configuration has no more.
[[nodiscard]] Event left_event(const std::string& device, const std::string& agent);

} // namespace hallmonitor::collector
