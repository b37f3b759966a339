#pragma once
// What is told of one device: its row in the device table when it changes, and now and then while
// it does not, and events when something begins or ends. Fed outcomes of polling and verdicts of
// liveness.

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
    /// A device that is checked more often is told of this often while nothing changes: to tell of
    /// a thousand devices every second costs as much as to ask them.
    static constexpr std::chrono::milliseconds least_told{5'000};

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
    /// Its reading as of the last verdict, where that is to be told.
    [[nodiscard]] std::optional<TableReading> take_reading();

private:
    enum class Polling : std::uint8_t { unknown, whole, broken_off, silent };

    void judge_polling(const PollOutcome& outcome, MonoTime now, std::vector<Event>& events);
    [[nodiscard]] Event event(const char* kind, const std::string& text, MonoTime now) const;
    /// What is told as soon as it is another.
    struct News {
        State state{State::unknown};
        std::optional<bool> snmp_up;
        std::optional<bool> ping_up;
        std::optional<bool> interfaces_up;
        bool operator==(const News&) const = default;
    };

    std::string name_;
    std::string address_;
    std::chrono::milliseconds checked_every_;
    std::chrono::milliseconds told_every_;
    bool has_snmp_;
    DeviceStatus status_;
    MonoTime at_;                   // of the last verdict
    std::optional<News> news_told_; // last, in the table as it is
    MonoTime news_told_at_;
    MonoTime uptime_at_;
    std::optional<unsigned> facts_read_; // of the table that was taken last
    Polling polling_{Polling::unknown};  // of the last cycle
    Polling told_{Polling::unknown};
    bool was_whole_{false}; // ever
    AnomalyLog anomalies_;
};

} // namespace hallmonitor::agent
