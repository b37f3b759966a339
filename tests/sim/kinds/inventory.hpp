#pragma once
// The parts of a device: ENTITY-MIB (RFC 4133, 6933), ENTITY-SENSOR-MIB (RFC 3433), the states of
// parts (RFC 4268) and Cisco's tables beside them, which have thresholds.

#include "tests/sim/kinds/tables.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hallmonitor::sim {

/// PhysicalClass.
enum class PartClass : std::uint8_t {
    container = 5,
    power_supply = 6,
    fan = 7,
    sensor = 8,
    module = 9,
    port = 10,
    chassis = 3,
};

struct Part {
    std::uint32_t within{0}; // 0: of nothing
    PartClass kind{PartClass::module};
    std::uint32_t place{1}; // among its siblings
    std::string name;
    std::string model{};
    bool is_replaceable{false}; // then it has a serial number
};

/// What a sensor measures: type, scale and precision of RFC 3433.
struct Quantity {
    std::int64_t type;
    std::int64_t scale;
    std::int64_t precision;
    std::string_view units;
};
inline constexpr Quantity celsius{8, 9, 0, "degrees C"};
inline constexpr Quantity tenths_of_volt{4, 9, 1, "V"};
inline constexpr Quantity watts{6, 9, 0, "W"};
inline constexpr Quantity tenths_of_microwatt{6, 7, 1, "uW"};
inline constexpr Quantity revolutions{10, 9, 0, "rpm"};

struct Sensor {
    std::uint32_t within;
    std::string name;
    Quantity quantity;
    std::int64_t low; // swings from here ...
    std::int64_t high;
    std::optional<std::int64_t> minor{}; // ... and is too high, or too low, from here
    std::optional<std::int64_t> critical{};
};

class Inventory {
public:
    explicit Inventory(Tables& tables) : tables_(tables) {}

    /// Adds a part; gives its entPhysicalIndex.
    std::uint32_t add(const Part& part);
    /// A part that can fail: power supplies and fans by order, with a signal NAME/state.
    std::uint32_t add_unit(const Part& part);
    /// The signals are NAME and NAME/status.
    void add_sensor(const Sensor& sensor);
    /// The part that a port is, with its place in ifTable.
    void add_port(std::size_t port, std::uint32_t within, std::uint32_t place);

private:
    void add_threshold(
        std::uint32_t sensor,
        std::uint32_t number,
        std::uint16_t signal,
        std::int64_t limit,
        bool is_low
    );

    Tables& tables_;
    std::uint32_t next_{1};
};

} // namespace hallmonitor::sim
