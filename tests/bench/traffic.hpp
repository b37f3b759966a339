#pragma once
// Invented traffic of a fleet of access switches, so that what a bench measures is stated: which
// ports count how much, what an agent's two tables of such a switch look like, and what it reads
// from them when. The same seed gives the same readings.
//
// One direction of one port is silent, chatter, office or heavy for ever (for a model's shares):
//   chatter  frames a minute lognormal around 60 (sigma 0.8), of 64 to 300 octets
//   office   octets a minute lognormal around 2 MB (sigma 1.7), frames of 200 to 1,200 octets
//   heavy    octets a minute lognormal around 800 MB (sigma 0.8), at most the line rate
// All but silent ones also count multicasts (Poisson, 30 a minute) and broadcasts (12 a minute). An
// error or discard counter moves with the model's chance a poll. In `busy` nothing repeats: each
// counter moves by a random amount up to what a 10 Gbit/s port can count, errors too.
//
// A switch is polled every 60 s in replies of three rows that take 1 to 3 ms each, and asked for
// life every 10 s. Every port has the agent's 19 columns: 17 that the switch is asked for, and two
// stamps, which are not counted as samples.

#include "common/model/table.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

namespace hallmonitor::bench {

struct TrafficModel {
    std::string_view name;
    double silent{0}; // shares of directions; what is left is heavy
    double chatter{0};
    double office{0};
    double error_moves{0}; // chance a poll that one error or discard counter moves
    bool random{false};    // everything moves
};

/// A school day; the same at night; and the worst that there is.
inline constexpr TrafficModel district{"district", 0.30, 0.40, 0.25, 0.01};
inline constexpr TrafficModel evening{"evening", 0.85, 0.14, 0.009, 0.0001};
inline constexpr TrafficModel busy{.name = "busy", .random = true};

class SwitchFleet {
public:
    static constexpr auto poll_interval = std::chrono::seconds{60};
    static constexpr auto liveness_interval = std::chrono::seconds{10};
    static constexpr std::size_t readings_a_row = 17;   // of its 19 columns
    static constexpr std::size_t readings_a_device = 7; // of its 8 columns: one is an age

    SwitchFleet(const TrafficModel& model, std::size_t devices, std::size_t ports);

    /// From now on the shares and sizes of `model`; what was counted stands.
    void turn(const TrafficModel& model);

    using Table = std::shared_ptr<const TableDefinition>;
    [[nodiscard]] std::size_t size() const { return switches_.size(); }
    [[nodiscard]] std::size_t ports() const { return ports_; }
    [[nodiscard]] const Table& interfaces(std::size_t device) const;
    [[nodiscard]] const Table& liveness(std::size_t device) const;

    /// The next poll of its interfaces, due at `due`: counters go on by an interval.
    [[nodiscard]] TableReading poll(std::size_t device, MonoTime due);
    /// The next check of its life.
    [[nodiscard]] TableReading check(std::size_t device, MonoTime due);

private:
    enum class Load : std::uint8_t { silent, chatter, office, heavy };
    struct Direction {
        Load load{Load::silent};
        std::array<std::uint64_t, 6> counters{}; // octets, unicast, multicast, broadcast, errors,
                                                 // discards
    };
    struct Switch {
        Table interfaces;
        Table liveness;
        std::uint64_t booted_ticks{0};               // its uptime when the agent's clock began
        std::chrono::microseconds last_poll{30'000}; // how long it took
        std::vector<Direction> directions;           // received and sent of each port
    };

    [[nodiscard]] Load draw_load();
    void count(Direction& direction);
    void count_random(Direction& direction);
    [[nodiscard]] double uniform(double from, double to);
    [[nodiscard]] MonoTime with_jitter(MonoTime due);

    TrafficModel model_;
    std::size_t ports_;
    std::vector<Switch> switches_;
    std::mt19937_64 chance_{20'261'127};
};

} // namespace hallmonitor::bench
