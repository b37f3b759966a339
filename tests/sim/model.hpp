#pragma once
// The living part of a simulated device: ports with constant octet rates, links, restarts, and its
// other quantities. All of it is a function of the seed, the time and the commands given, so that a
// test can compute what a monitor must find. Time is an argument.

#include "tests/sim/blueprint.hpp"
#include "tests/sim/mib.hpp"
#include "tests/sim/served.hpp"
#include "tests/sim/signals.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::sim {

/// So many octets make a packet, on every port; ifHC*MulticastPkts are a fiftieth of the packets,
/// ifHC*BroadcastPkts a two-hundredth.
inline constexpr std::uint64_t octets_per_packet = 700;

/// Octets in one direction of a port: a constant rate while the link is up.
class Flow {
public:
    Flow(std::uint64_t octets_per_second, std::uint64_t before);

    [[nodiscard]] std::uint64_t rate() const { return rate_; }
    /// Octets since the counter last began at 0, modulo 2^64, as the counter is.
    [[nodiscard]] std::uint64_t octets(Instant now) const
    {
        const auto elapsed = now <= since_ ? 0 : static_cast<std::uint64_t>((now - since_).count());
        const std::uint64_t rate = is_running_ ? rate_ : 0;
        return base_ + rate * (elapsed / 1'000'000) + rate * (elapsed % 1'000'000) / 1'000'000;
    }
    void set_running(bool is_running, Instant now);
    void add(std::uint64_t octets) { base_ += octets; }
    /// The counter begins at `value`, and nothing flows before `at`.
    void restart(Instant at, std::uint64_t value = 0);

private:
    static constexpr std::uint64_t most_rate = ~std::uint64_t{0} >> 1U;

    std::uint64_t rate_ : 63;
    std::uint64_t is_running_ : 1;
    std::uint64_t base_; // octets until since_
    Instant since_{0};
};

/// What a port is told of the other end of its cable, as TLVs.
struct Neighbour {
    Bytes chassis;
    Bytes name;
    Bytes port;
    Bytes port_descr;
    Bytes descr;
    Bytes address;
};

/// What every poll reads comes first, within as few lines of the cache as can be.
struct alignas(64) Port {
    Flow in;
    Flow out;
    bool is_link_up{true};
    bool is_admin_up{true};
    Role role{Role::edge};
    std::uint32_t packets_an_error{0};
    Instant changed_at{0};
    Served served_in{};
    Served served_out{};
    std::string name;
    std::uint64_t speed{0}; // bit/s
    std::shared_ptr<const Neighbour> neighbour{};

    [[nodiscard]] bool is_up() const { return is_link_up && is_admin_up; }
};

class DeviceModel {
public:
    /// `number`: of the device within the fleet. Without ports only the uptime is alive.
    DeviceModel(std::uint64_t seed, std::uint32_t number, const Blueprint& blueprint);

    /// The value of a live object. Counters are those of `counted_at`, which is now unless the
    /// device caches them.
    void value(const Object& object, Instant now, Instant counted_at, Value& into) const;
    /// The same of an object whose value is a number: 32 or 64 bits of it count, as its tag says.
    [[nodiscard]] std::uint64_t number(const Object& object, Instant now, Instant counted_at) const;
    /// Whether the oracle keeps what is served of it: octets and signals.
    [[nodiscard]] static bool is_noted(const Object& object)
    {
        return object.live == Live::in_octets || object.live == Live::out_octets ||
               object.live == Live::signal;
    }
    /// The number of such an object was served.
    void note(const Object& object, std::uint64_t number, Instant now);
    /// Of an object that is not always shown.
    [[nodiscard]] bool is_shown(const Object& object, Instant now) const;

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
    void set_neighbour(std::size_t port, std::shared_ptr<const Neighbour> neighbour)
    {
        ports_[port].neighbour = std::move(neighbour);
    }
    /// The bridge that all others look to, by its MAC address.
    void set_root(std::uint64_t mac) { root_ = mac; }
    void renumbered(Instant now) { table_changed_at_ = now; }

    [[nodiscard]] bool is_away(Instant now) const { return now < started_at_; }
    /// sysUpTime before its wrap at 2^32.
    [[nodiscard]] std::uint64_t uptime(Instant now) const;
    [[nodiscard]] std::uint32_t life() const { return life_; }
    [[nodiscard]] const std::vector<Port>& ports() const { return ports_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] Signals& signals() { return signals_; }
    [[nodiscard]] const Signals& signals() const { return signals_; }

private:
    [[nodiscard]] std::uint64_t since_boot(Instant at) const;
    void changed(Port& port, Instant now);
    [[nodiscard]] std::size_t root_port() const;
    [[nodiscard]] std::uint64_t rare_number(const Object& object, Instant now, Instant counted_at)
        const;

    std::vector<Port> ports_;
    Instant started_at_{0}; // negative: before the fleet began
    Instant uptime_shift_{0};
    std::uint32_t number_;
    std::uint32_t life_{1}; // snmpEngineBoots
    Instant table_changed_at_{0};
    std::string name_;
    Bytes name_tlv_;
    Signals signals_;
    std::vector<Bytes> texts_; // TLVs
    std::uint64_t root_;
    std::uint32_t stp_changes_{0};
    Instant stp_changed_at_{0};
    Instant neighbours_changed_at_{0};
};

/// The MAC address of a port of a device: locally administered, one for each (device, port).
std::uint64_t mac_of(std::uint32_t device, std::uint16_t port);
/// The port in the place of which a device's own MAC address stands: its chassis id.
inline constexpr std::uint16_t chassis_port = 0xFFFF;

} // namespace hallmonitor::sim
