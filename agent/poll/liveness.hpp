#pragma once
// Is each device alive? (D2) One object for all devices, driven by one tick: a timer a probe costs
// twelve times more than the same work in 50 ms batches.
//
// A check sends up to four packets (ping where possible, else an SNMP GET of sysUpTime; both kinds
// in turn where both are possible, the one that answered last first) and ends with the first
// answer. A live device costs one packet a check. A check without an answer is a miss; further
// checks then come three times as fast. After the configured misses in a row and one more check as
// confirmation the device is `down`, dated back to the first miss. Between miss and verdict nothing
// is said.
//
// With the default of three misses that makes 16 packets. At 30 % loss each way a packet's answer
// is lost with p = 1 - 0.7 * 0.7 = 0.51, so a false `down` has p = 0.51^16 = 2.1e-5 a check begun,
// under the 1e-4 promised; a dead device is found within 10 s + 3 * 10/3 s + 1 s at most. Checked
// every second it is found within 1 s + 3 * 1/3 s + 1/4 s and the ticks between.
//
// Anything that a device answers is a sign of life, also a late one, a reply to polling, and an
// ICMP port unreachable.

#include "agent/config.hpp"
#include "common/model/status.hpp"
#include "common/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

enum class ProbeKind : std::uint8_t { ping, snmp };

struct Probe {
    std::uint32_t device{0};
    ProbeKind kind{ProbeKind::ping};
    std::uint32_t sequence{0}; // of pings; comes back with the answer
};

/// What a finished check says.
struct Verdict {
    std::uint32_t device{0};
    State state{State::unknown}; // up or down
    MonoTime at;
    MonoTime since;              // the state began
    std::optional<bool> ping_up; // empty: this check does not say
    std::optional<std::chrono::microseconds> rtt;
};

class Liveness {
public:
    /// Device `number` (small and dense) is checked from now on; its first check comes at once.
    /// `can_ping` or `has_snmp` must be true.
    void add(
        std::uint32_t number,
        const LivenessSettings& settings,
        bool can_ping,
        bool has_snmp,
        MonoTime now
    );

    /// Ends checks that are over and begins those that are due; gives what to send now.
    [[nodiscard]] std::vector<Probe> tick(MonoTime now);

    void ping_answered(std::uint32_t number, std::uint32_t sequence, MonoTime now);
    /// An SNMP reply, to a probe or to polling, or another proof that the host is there.
    void answered(std::uint32_t number, MonoTime now);

    [[nodiscard]] std::vector<Verdict> take_verdicts();
    [[nodiscard]] bool is_down(std::uint32_t device) const
    {
        return devices_[device].state == State::down;
    }

private:
    struct Device {
        LivenessSettings settings;
        std::chrono::microseconds timeout{0};
        bool can_ping{false};
        bool has_snmp{false};
        ProbeKind preferred{ProbeKind::ping};
        State state{State::unknown};
        MonoTime since;
        unsigned misses{0};
        MonoTime first_miss;
        bool is_checking{false};
        MonoTime check_began;
        MonoTime next_check; // on the steady grid
        unsigned packets{0}; // sent in this check
        std::uint32_t sequence{0};
        MonoTime ping_sent_at;
        bool ping_answered{false}; // by ping, in this check
    };
    struct Due {
        MonoTime at;
        std::uint32_t device;
        bool operator>(const Due& other) const { return at > other.at; }
    };

    void step(std::uint32_t number, MonoTime now, std::vector<Probe>& probes);
    void send(std::uint32_t number, MonoTime now, std::vector<Probe>& probes);
    void miss(std::uint32_t number, MonoTime now);
    void sign_of_life(
        std::uint32_t number, MonoTime now, std::optional<std::chrono::microseconds> rtt
    );
    void settle(std::uint32_t number, State state, MonoTime since, MonoTime now);

    std::vector<Device> devices_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::vector<Verdict> verdicts_;
};

} // namespace hallmonitor::agent
