#include "tests/sim/kinds/inventory.hpp"

#include "tests/sim/kinds/common.hpp"

namespace hallmonitor::sim {
namespace {

using namespace cell;

const Oid cisco_sensors = cisco_management + Oid{91, 1};
const Oid cisco_units = cisco_management + Oid{117, 1};

} // namespace

std::uint32_t Inventory::add(const Part& part)
{
    const auto index = next_++;
    const Oid entry = mib_2 + Oid{47, 1, 1, 1, 1};
    auto serial = text("");
    if (part.is_replaceable) serial = tables_.own_text("SIM{n}-" + std::to_string(index));
    tables_.row(
        entry,
        {index},
        {{2, name(part.name)},
         {3, oid({0, 0})},
         {4, integer(part.within)},
         {5, integer(static_cast<std::int64_t>(part.kind))},
         {6, integer(part.place)},
         {7, name(part.name)},
         {8, text(part.is_replaceable ? "V01" : "")},
         {9, text("")},
         {10, text(part.kind == PartClass::chassis ? "1.0" : "")},
         {11, serial},
         {12, text("Hallmonitor")},
         {13, text(part.model)},
         {14, text("")},
         {15, text("")},
         {16, integer(part.is_replaceable ? 1 : 2)}}
    );
    return index;
}

std::uint32_t Inventory::add_unit(const Part& part)
{
    const auto index = add(part);
    const bool is_fan = part.kind == PartClass::fan;
    // CISCO-ENTITY-FRU-CONTROL-MIB: a supply is on (2) or failed (8), a fan up (2) or
    // down (3).
    const auto state =
        tables_.signal({.name = part.name + "/state", .low = 2, .failed = is_fan ? 3 : 8});
    if (is_fan) {
        tables_.row(cisco_units + Oid{4, 1, 1}, {index}, {{1, Tables::cell_of(state)}});
    } else {
        tables_.row(
            cisco_units + Oid{1, 2, 1}, {index}, {{1, integer(1)}, {2, Tables::cell_of(state)}}
        );
    }
    // RFC 4268: enabled (3) while it works, else disabled (2).
    const auto oper = tables_.signal(
        {.name = part.name + "/oper",
         .formula = [state](const Signals& all, Instant now) -> std::int64_t {
             return all.value(state, now) == 2 ? 3 : 2;
         }}
    );
    tables_.row(
        mib_2 + Oid{131, 1, 1, 1},
        {index},
        {{2, integer(4)}, {3, Tables::cell_of(oper)}, {4, integer(3)}, {6, integer(4)}}
    );
    return index;
}

void Inventory::add_sensor(const Sensor& sensor)
{
    using namespace std::chrono_literals;
    const auto& quantity = sensor.quantity;
    const auto index = add(
        {.within = sensor.within, .kind = PartClass::sensor, .place = next_, .name = sensor.name}
    );
    const auto value =
        tables_.signal({.name = sensor.name, .low = sensor.low, .high = sensor.high, .period = 900s}
        );
    const auto status = tables_.signal({.name = sensor.name + "/status", .low = 1, .failed = 3});
    tables_.row(
        mib_2 + Oid{99, 1, 1, 1},
        {index},
        {{1, integer(quantity.type)},
         {2, integer(quantity.scale)},
         {3, integer(quantity.precision)},
         {4, Tables::cell_of(value)},
         {5, Tables::cell_of(status)},
         {6, text(quantity.units)},
         {7, live(Live::sys_uptime)},
         {8, gauge(0)}}
    );
    tables_.row(
        cisco_sensors + Oid{1, 1, 1},
        {index},
        {{1, integer(quantity.type)},
         {2, integer(quantity.scale)},
         {3, integer(quantity.precision)},
         {4, Tables::cell_of(value)},
         {5, Tables::cell_of(status)}}
    );
    std::uint32_t number = 1;
    for (const auto limit : {sensor.minor, sensor.critical}) {
        if (limit) add_threshold(index, number, value, *limit, *limit < sensor.low);
        ++number;
    }
}

void Inventory::add_threshold(
    std::uint32_t sensor,
    std::uint32_t number,
    std::uint16_t signal,
    std::int64_t limit,
    bool is_low
)
{
    constexpr std::int64_t severities[]{10, 30}; // minor, critical
    const auto is_passed = tables_.signal(
        {.name = tables_.signal_name(signal) + "/threshold/" + std::to_string(number),
         .formula = [=](const Signals& all, Instant now) -> std::int64_t {
             const auto value = all.value(signal, now);
             return (is_low ? value < limit : value > limit) ? 1 : 2;
         }}
    );
    tables_.row(
        cisco_sensors + Oid{2, 1, 1},
        {sensor, number},
        {{2, integer(severities[number - 1])},
         {3, integer(is_low ? 1 : 3)},
         {4, integer(limit)},
         {5, Tables::cell_of(is_passed)},
         {6, integer(1)}}
    );
}

void Inventory::add_port(std::size_t port, std::uint32_t within, std::uint32_t place)
{
    const auto index = add(
        {.within = within,
         .kind = PartClass::port,
         .place = place,
         .name = tables_.ports()[port].name}
    );
    const Oid if_index = mib_2 + Oid{2, 2, 1, 1, tables_.if_index(port)};
    tables_.row(mib_2 + Oid{47, 1, 3, 2, 1}, {index, 0}, {{2, oid(if_index)}});
}

} // namespace hallmonitor::sim
