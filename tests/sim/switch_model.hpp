#pragma once
// The living part of a simulated switch: ports with constant octet rates, links, restarts. All of
// it is a function of the seed, the time and the commands given, so that a test can compute what a
// monitor must find. Time is an argument: microseconds since the fleet began.

#include "tests/sim/mib.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::sim {

using Instant = std::chrono::microseconds;

/// Octets in one direction of a port: a constant rate while the link is up.
class Flow {
public:
    Flow(std::uint64_t octets_per_second, std::uint64_t before);

    [[nodiscard]] std::uint64_t rate() const { return rate_; }
    /// Octets since the counter last began at 0.
    [[nodiscard]] std::uint64_t octets(Instant now) const
    {
        return total(now) - zero_; // modulo 2^64, as the counter is
    }
    void set_running(bool is_running, Instant now);
    void add(std::uint64_t octets) { base_ += octets; }
    /// The counter begins at `value`, and nothing flows before `at`.
    void restart(Instant now, Instant at, std::uint64_t value = 0);

private:
    [[nodiscard]] std::uint64_t total(Instant now) const;

    std::uint64_t rate_;
    std::uint64_t base_; // octets until since_
    std::uint64_t zero_{0};
    Instant since_{0};
    bool is_running_{false};
};

/// What a reader of one counter has been told, and what he can know from it.
struct Served {
    std::uint64_t times{0};
    std::uint64_t value{0};   // as last served, 64 bits
    std::uint64_t counted{0}; // sum of the steps between values of one life of the device
    std::uint64_t first{0};   // as first served
    Instant at{0};            // of the last value
    Instant first_at{0};
    std::uint32_t life{0}; // in which the last value was served

    void note(std::uint64_t octets, std::uint32_t in_life, Instant now);
};

struct Port {
    std::string name;
    std::uint64_t speed; // bit/s
    Flow in;
    Flow out;
    bool is_link_up{true};
    bool is_admin_up{true};
    Instant changed_at{0};
    Served served_in{};
    Served served_out{};

    [[nodiscard]] bool is_up() const { return is_link_up && is_admin_up; }
};

class SwitchModel {
public:
    /// `number`: of the device within the fleet. Without ports only the uptime is alive.
    SwitchModel(std::uint64_t seed, std::uint32_t number, std::size_t ports);

    /// The value of a live object. Counters are those of `counted_at`, which is now unless the
    /// device caches them; what is served of octets is noted.
    void value(const Object& object, Instant now, Instant counted_at, Value& into);

    /// The device is away for `away`, then starts with all counters at 0.
    void reboot(Instant now, Instant away);
    /// Starts again at once, each counter of octets `left` before it passes 2^`bits` (32 or 64).
    void restart_before_wrap(unsigned bits, std::chrono::seconds left, Instant now);
    /// Counters begin at 0, and nothing tells.
    void clear_counters(Instant now);
    /// Sets sysUpTime, in hundredths of a second; counters go on.
    void set_uptime(std::uint64_t ticks, Instant now);
    void set_link(std::size_t port, bool is_up, Instant now);
    void set_admin(std::size_t port, bool is_up, Instant now);
    void add_octets(std::size_t port, std::uint64_t in, std::uint64_t out);
    void renumbered(Instant now) { table_changed_at_ = now; }

    [[nodiscard]] bool is_away(Instant now) const { return now < started_at_; }
    /// sysUpTime before its wrap at 2^32.
    [[nodiscard]] std::uint64_t uptime(Instant now) const;
    [[nodiscard]] std::uint32_t life() const { return life_; }
    [[nodiscard]] const std::vector<Port>& ports() const { return ports_; }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    [[nodiscard]] std::uint64_t since_boot(Instant at) const;
    static void changed(Port& port, Instant now);
    void port_value(const Object& object, Instant now, Instant counted_at, Value& into);

    std::string name_;
    Bytes name_tlv_;
    std::uint32_t number_;
    std::uint32_t life_{1}; // snmpEngineBoots
    Instant started_at_{0}; // negative: before the fleet began
    Instant uptime_shift_{0};
    Instant table_changed_at_{0};
    std::vector<Port> ports_;
};

/// The objects of a switch with this many ports. `generation`: how often it was renumbered; rows
/// keep their names and counters and change their ifIndex.
Mib switch_mib(std::size_t ports, std::uint32_t generation);

/// The ifIndex of a port, from 1.
std::uint32_t if_index(std::size_t port, std::size_t ports, std::uint32_t generation);

/// Uplinks are the last ports of a switch of at least four.
bool is_uplink(std::size_t port, std::size_t ports);
std::string port_name(std::size_t port, std::size_t ports);

} // namespace hallmonitor::sim
