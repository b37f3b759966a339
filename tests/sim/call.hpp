#pragma once
// One command of the control protocol for one device, on its way through the function that carries
// it out.

#include "tests/sim/control.hpp"
#include "tests/sim/fleet.hpp"
#include "tests/sim/json.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::sim {

using Words = std::vector<std::string_view>;

/// The words behind DEV, read with their faults remembered.
class Call {
public:
    Call(Fleet& fleet, Fleet::Member& member, const Words& words, Moment moment)
        : fleet_(fleet), member_(member), words_(words), moment_(moment)
    {}

    [[nodiscard]] Fleet& fleet() const { return fleet_; }
    [[nodiscard]] Fleet::Member& member() const { return member_; }
    [[nodiscard]] Device& device() const { return member_.device; }
    [[nodiscard]] DeviceModel& model() const { return member_.device.model(); }
    [[nodiscard]] Instant now() const { return moment_.now; }
    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] bool is_good() const { return fault_.empty(); }
    [[nodiscard]] std::string_view word(std::size_t index) const { return words_[index]; }

    void fail(std::string fault) { fault_ = std::move(fault); }

    [[nodiscard]] std::int64_t wall_ms(Instant at) const { return moment_.wall_ms_at(at); }

    /// A number from 0 to 2^40; `otherwise` when there is no such word.
    std::int64_t number(std::size_t index, std::int64_t otherwise);
    /// A number from -2^31 to 2^40, with its sign.
    std::int64_t signed_number(std::size_t index);
    bool either(std::size_t index, std::string_view yes, std::string_view no);
    /// The port whose ifIndex or ifName is in a word.
    std::size_t port(std::size_t index);
    /// The signal whose name is in a word.
    std::size_t signal(std::size_t index);

private:
    Fleet& fleet_;
    Fleet::Member& member_;
    const Words& words_;
    Moment moment_;
    std::string fault_;
};

struct Command {
    std::string_view name;
    std::string_view usage;
    std::size_t least; // words behind DEV
    void (*run)(Call&, JsonObject&);
};

/// What changes devices.
std::span<const Command> orders();
/// The oracle: what devices are, and what they have told.
std::span<const Command> questions();

} // namespace hallmonitor::sim
