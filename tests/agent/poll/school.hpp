#pragma once
// A school in memory: the agent's engine, liveness and reports against devices of the simulated
// fleet, under simulated time, as DeviceLoop joins them. Same seed, same run.

#include "agent/poll/device_report.hpp"
#include "agent/poll/engine.hpp"
#include "agent/poll/liveness.hpp"
#include "tests/sim/device.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent::testing {

class School {
public:
    struct Setup {
        std::size_t devices{8};
        std::size_t ports{24};
        std::chrono::milliseconds interval{10'000};
        std::size_t no_ping{0}; // this device answers nothing but SNMP
        std::uint64_t seed{1};
        SnmpSettings snmp{};
        std::vector<std::string> accounts{}; // users of SNMPv3, as sim::user_of() takes them
        sim::Bytes engine_id{};              // of all devices; empty: each has its own
        std::string_view kind{"switch"};
        std::shared_ptr<const Catalogue> profiles{}; // null: only interfaces are read
    };
    explicit School(const Setup& setup);
    /// By user "monitor" with SHA-256 and AES-128, passwords "authpass1" and "privpass1".
    [[nodiscard]] static Setup speaking_v3();

    /// What one device was seen to do.
    struct Cycle {
        MonoTime began;
        MonoTime ended;
        PollOutcome outcome;     // its reading was given to `on_reading` and is dropped
        bool is_whole{false};    // there was a reading of all interfaces
        std::size_t requests{0}; // liveness included
        std::size_t octets{0};   // of replies
    };
    struct Seen {
        std::vector<Cycle> cycles;
        std::vector<Event> events;
        std::vector<Verdict> verdicts;
    };

    /// Called with each reading: the device, and the cycle with the reading still in it.
    std::function<void(std::size_t, const Cycle&)> on_reading;

    void run_for(std::chrono::milliseconds duration);
    [[nodiscard]] MonoTime now() const { return now_; }
    /// The same moment as devices know it.
    [[nodiscard]] static sim::Instant instant(MonoTime at);

    [[nodiscard]] sim::Device& device(std::size_t number) { return devices_[number].sim; }
    [[nodiscard]] const Seen& seen(std::size_t number) const { return devices_[number].seen; }
    [[nodiscard]] bool is_down(std::size_t number) const;
    void forget();
    void set_fault(std::size_t number, const sim::Fault& fault, bool is_on);
    void set_ping(std::size_t number, bool answers) { devices_[number].answers_ping = answers; }
    [[nodiscard]] Engine& engine() { return engine_; }
    [[nodiscard]] static PeerAddress address(std::size_t number);

    /// Octets on the heap at most at any moment since the last call; 0 where that is not known.
    [[nodiscard]] std::size_t take_peak();

private:
    struct Member {
        sim::Device sim;
        DeviceReport report;
        bool answers_ping{true};
        Seen seen;
        std::size_t requests{0}; // since the last cycle ended
        std::size_t octets{0};
    };
    /// Something on its way to the agent.
    struct Flight {
        MonoTime due;
        std::uint64_t order;
        std::size_t number; // of the device that sent it
        PeerAddress from;
        std::vector<std::byte> bytes;      // a datagram, or
        std::optional<std::uint32_t> echo; // a ping's answer
        bool operator>(const Flight& other) const
        {
            return due != other.due ? due > other.due : order > other.order;
        }
    };

    void tick();
    void arrive(const Flight& flight);
    void take_results();
    void take_outcome(std::size_t number, PollOutcome outcome);
    void flush();
    void ask(std::size_t number, std::span<const std::byte> request);
    void send(std::size_t number, const sim::Datagram& reply, sim::Source source, bool is_forged);

    Setup setup_;
    std::deque<sim::UsmUser> users_; // devices refer to them
    Engine engine_;
    Liveness liveness_;
    std::vector<Member> devices_;
    std::map<PeerAddress, std::size_t> at_address_;
    std::priority_queue<Flight, std::vector<Flight>, std::greater<>> flights_;
    std::uint64_t order_{0};
    MonoTime now_;
    MonoTime next_tick_;
    std::vector<std::uint8_t> buffer_;
    std::size_t peak_{0};
};

} // namespace hallmonitor::agent::testing
