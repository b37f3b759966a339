#pragma once
// The quantities of a device beside its ports: gauges that swing between two values, states,
// counters that grow at a constant rate, and what follows from other quantities. Each is a function
// of the seed, the device, the time and the orders given, so that a test can ask what it is and
// was.

#include "tests/sim/served.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::sim {

class Signals;

/// One quantity, as all devices of a kind have it. Of the fields behind the name one kind is used:
/// a swing (low, high, period), a state (low), a counter (an_hour) or a formula.
struct SignalSpec {
    std::string name; // "fan/2/state": as the control socket has it
    std::int64_t low{0};
    std::int64_t high{0};
    std::chrono::seconds period{0}; // from low to high and back
    std::uint64_t an_hour{0};       // a counter grows by so many
    std::function<std::int64_t(const Signals&, Instant)> formula{};
    std::optional<std::int64_t> failed{}; // what it says when the thing has failed
};

class Signals {
public:
    using Specs = std::shared_ptr<const std::vector<SignalSpec>>;

    Signals(std::uint64_t seed, std::uint32_t device, Specs specs);

    [[nodiscard]] std::size_t size() const { return states_.size(); }
    [[nodiscard]] const SignalSpec& spec(std::size_t signal) const { return (*specs_)[signal]; }
    [[nodiscard]] bool is_counter(std::size_t signal) const { return spec(signal).an_hour > 0; }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

    [[nodiscard]] std::int64_t value(std::size_t signal, Instant now) const;
    [[nodiscard]] bool is_ordered(std::size_t signal) const
    {
        return states_[signal].ordered.has_value();
    }
    /// How long ago an order last changed it; since the fleet began when there was none.
    [[nodiscard]] Instant since(std::size_t signal, Instant now) const;
    /// How long it stood before that order.
    [[nodiscard]] Instant lasted(std::size_t signal) const { return states_[signal].lasted; }
    /// How often an order took it away from 0.
    [[nodiscard]] std::int64_t rises(std::size_t signal) const { return states_[signal].rises; }
    /// `value` was served.
    void note(std::size_t signal, std::int64_t value, std::uint32_t life, Instant now)
    {
        states_[signal].served.note(static_cast<std::uint64_t>(value), life, now);
    }
    [[nodiscard]] const Served& served(std::size_t signal) const { return states_[signal].served; }

    /// Orders a value: it stands there, or goes on from there if it is a counter.
    void set(std::size_t signal, std::int64_t value, Instant now);
    /// Takes the order back.
    void release(std::size_t signal, Instant now);
    /// All counters begin at 0 at `at`.
    void restart(Instant at);

private:
    struct State {
        std::optional<std::int64_t> ordered{};
        Instant since{0}; // of the order; of a counter: from when it grows
        Instant lasted{0};
        std::int64_t rises{0};
        std::uint64_t base{0}; // of a counter or, in microseconds, the phase of a swing
        Served served{};
    };

    Specs specs_;
    std::vector<State> states_;
};

} // namespace hallmonitor::sim
