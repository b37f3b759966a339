#pragma once
// One simulated device and an inspection of it, under simulated time.

#include "agent/inspect/inspection.hpp"
#include "tests/sim/device.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent::testing {

class Scene {
public:
    struct Setup {
        std::size_t ports{8};
        bool answers_ping{true};
        bool is_port_closed{false};
        bool can_ping{true};
        SnmpVersion version{SnmpVersion::v2c};
        std::string community{"public"}; // asked with; the device's is "public"
        UsmSettings usm{};               // asked with, in version 3
        std::string account{};           // the device's user, as sim::user_of() takes him
    };
    explicit Scene(const Setup& setup);

    /// Switches a fault of the device on.
    void set_fault(std::string_view name, std::optional<std::int64_t> argument = std::nullopt);

    /// Inspects to the end; the evidence lives as long as the scene.
    Evidence& inspect();
    /// How long that took.
    [[nodiscard]] std::chrono::microseconds duration() const { return now_ - start; }

private:
    static constexpr MonoTime start{std::chrono::seconds{1'000}};

    /// A datagram on its way to us.
    struct Flight {
        MonoTime due;
        std::uint64_t order;
        PeerAddress from;
        std::vector<std::byte> bytes;
        bool operator>(const Flight& other) const
        {
            return due != other.due ? due > other.due : order > other.order;
        }
    };

    void step();
    void ask(std::span<const std::byte> request);

    Setup setup_;
    std::deque<sim::UsmUser> users_; // the device refers to them
    sim::Device device_;
    Inspection inspection_;
    MonoTime now_{start};
    std::priority_queue<Flight, std::vector<Flight>, std::greater<>> flights_;
    std::uint64_t order_{0};
};

} // namespace hallmonitor::agent::testing
