#pragma once
// What is told of one device: its row in the device table whenever its liveness is decided, and
// events when something begins or ends. Fed outcomes of polling and verdicts of liveness.

#include "agent/config.hpp"
#include "agent/poll/anomaly_log.hpp"
#include "agent/poll/device_poll.hpp"
#include "agent/poll/liveness.hpp"
#include "agent/profile/device_table.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::agent {

class DeviceReport {
public:
    explicit DeviceReport(const DeviceConfig& config);

    /// A cycle ended. Gives what happened: "anomaly", "anomaly_over", "poll_failed", "poll_works",
    /// "snmp_engine" (it restarted or is another one). All of it is told on change and within
    /// AnomalyLog's quota, so a device that stays broken fills no log, and neither does one that is
    /// so now and then.
    [[nodiscard]] std::vector<Event> take(const PollOutcome& outcome, MonoTime now);

    /// A check of liveness ended. True when its state has changed.
    bool take(const Verdict& verdict);

    /// The device table, where its facts have been read since it was taken last. `poll`: the
    /// device's polling, null without SNMP.
    [[nodiscard]] std::optional<TableDefinition> take_table(const DevicePoll* poll);
    /// Its reading as of the last verdict; only after one.
    [[nodiscard]] TableReading reading() const;

private:
    enum class Polling : std::uint8_t { unknown, whole, broken_off, silent };

    void judge_polling(const PollOutcome& outcome, MonoTime now, std::vector<Event>& events);
    [[nodiscard]] Event event(const char* kind, const std::string& text, MonoTime now) const;

    std::string name_;
    std::string address_;
    std::chrono::milliseconds interval_;
    bool has_snmp_;
    DeviceStatus status_;
    MonoTime at_; // of the last verdict
    MonoTime uptime_at_;
    std::optional<unsigned> facts_read_; // of the table that was taken last
    Polling polling_{Polling::unknown};  // of the last cycle
    Polling told_{Polling::unknown};
    bool was_whole_{false}; // ever
    AnomalyLog anomalies_;
};

} // namespace hallmonitor::agent
