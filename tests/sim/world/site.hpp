#pragma once
// The devices of one school, and the truth about them: when each was there, in which life, and when
// its links were up. They live on whatever becomes of the agent.

#include "agent/snmp/peer.hpp"
#include "tests/sim/device.hpp"
#include "tests/sim/kinds/kind.hpp"
#include "tests/sim/world/events.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::world {

/// Something that is or is not, over time.
class Truth {
public:
    explicit Truth(bool is_so) : starts_so_(is_so) {}

    void set(bool is_so, Instant at);
    [[nodiscard]] bool at(Instant when) const;
    /// Changes in (from, to].
    [[nodiscard]] std::span<const Instant> changes(Instant from, Instant to) const;

private:
    bool starts_so_;
    std::vector<Instant> changes_;
};

class Site {
public:
    struct Setup {
        std::size_t devices{1};
        std::size_t ports{4};
        std::uint64_t seed{1};
        bool is_narrow{false};   // counters of 32 bits alone, which wrap a minute after the start
        Instant uptime_wraps{0}; // then each device's sysUpTime does; 0: not soon
    };
    explicit Site(const Setup& setup);

    struct Reply {
        std::vector<std::byte> bytes;
        Instant delay{0};
    };
    /// What device `number` answers to a datagram that reaches it `now`; one reply a copy.
    [[nodiscard]] std::vector<Reply> ask(
        std::size_t number, std::span<const std::byte> request, Instant now
    );
    [[nodiscard]] bool answers_ping(std::size_t number, Instant now) const;

    void reboot(std::size_t number, Instant now, Instant away);
    /// Every port gets another ifIndex.
    void renumber(std::size_t number, Instant now);
    void set_link(std::size_t number, std::size_t port, bool is_up, Instant now);
    /// Not even ping is answered.
    void set_dark(std::size_t number, bool is_dark, Instant now);
    /// One of the fleet's faults (tests/sim/faults).
    void set_fault(std::size_t number, const char* name, bool is_on, Instant now);

    [[nodiscard]] std::size_t size() const { return devices_.size(); }
    [[nodiscard]] std::size_t ports() const { return setup_.ports; }
    [[nodiscard]] const std::string& port_name(std::size_t port) const;
    [[nodiscard]] static std::string name(std::size_t number);
    [[nodiscard]] static agent::PeerAddress address(std::size_t number);

    /// Answers ping.
    [[nodiscard]] const Truth& is_there(std::size_t number) const { return devices_[number].there; }
    [[nodiscard]] const Truth& link(std::size_t number, std::size_t port) const
    {
        return devices_[number].links[port];
    }
    /// Number of its life at a moment; it is away between two of them.
    [[nodiscard]] std::size_t life_at(std::size_t number, Instant when) const;

private:
    struct Device {
        sim::Device sim;
        Truth there{true};
        std::vector<Truth> links;
        std::vector<Instant> starts; // of further lives
        bool is_dark{false};
        std::uint32_t generation{0};
    };
    void make_old(sim::Device& device) const;
    static void note_presence(Device& device, Instant now);
    [[nodiscard]] std::shared_ptr<const sim::Blueprint> blueprint(std::uint32_t generation) const;

    Setup setup_;
    std::vector<std::string> port_names_;
    std::vector<Device> devices_;
    std::vector<std::uint8_t> buffer_;
};

} // namespace hallmonitor::world
