#pragma once
// What an inspection finds out about one device, before anything is concluded from it.

#include "agent/config.hpp"
#include "agent/poll/device_poll.hpp"
#include "agent/snmp/peer.hpp"
#include "common/time.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace hallmonitor::agent {

/// One way of asking the device, and what came of it.
struct Attempt {
    SnmpSettings snmp;
    const DevicePoll* poll{nullptr}; // null: not tried
    MonoTime asked_at;
    std::optional<std::chrono::microseconds> first_answer;
    std::optional<PollOutcome> outcome; // empty: it did not end in time
    std::optional<FactOutcome> facts;   // of what its profile names

    [[nodiscard]] bool answered() const { return first_answer.has_value(); }
    [[nodiscard]] bool is_over() const { return outcome && poll->is_idle(); }
};

struct Evidence {
    std::string target;           // HOST:PORT as it was asked for
    std::string resolve_problem;  // why the host name gives no address; else empty
    PeerAddress address;          // asked
    std::string own_address;      // of this machine, as the device sees it; empty: not known
    bool send_failed{false};      // no datagram could leave this machine
    bool port_refused{false};     // ICMP port unreachable came back
    bool host_unreachable{false}; // another ICMP error came back

    bool can_ping{false}; // this user may
    std::optional<std::chrono::microseconds> ping_rtt;

    Attempt as_configured; // as the agent asks by default
    Attempt patient;       // with much time for an answer
    Attempt other_version; // SNMPv1 instead of v2c, or the reverse

    /// Nothing that comes back can be waited for.
    [[nodiscard]] bool is_hopeless() const { return send_failed || port_refused; }

    /// The attempt that tells the most: the first of the above that was answered; null when none
    /// was.
    [[nodiscard]] const Attempt* best() const
    {
        for (const Attempt* attempt : {&as_configured, &patient, &other_version})
            if (attempt->answered()) return attempt;
        return nullptr;
    }
};

} // namespace hallmonitor::agent
