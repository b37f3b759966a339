// An uninterruptible power supply (UPS-MIB, RFC 1628). Ordered onto its battery (`set DEV
// on-battery 1`) it drains, warns, ends; ordered back it charges again.

#include "tests/sim/kinds/all.hpp"
#include "tests/sim/kinds/common.hpp"

#include <algorithm>

namespace hallmonitor::sim::kinds {
namespace {

using namespace cell;
using namespace std::chrono_literals;

constexpr std::int64_t full_runtime_seconds = 1'800;
constexpr std::int64_t full_recharge_seconds = 4 * 3'600;
constexpr std::int64_t low_minutes = 3;
const Oid ups = mib_2 + Oid{33, 1};

std::int64_t seconds(Instant duration)
{
    return duration.count() / 1'000'000;
}

/// The signals that several groups need.
struct Battery {
    std::uint16_t on_battery;
    std::uint16_t charge;
    std::uint16_t minutes;
    std::uint16_t load;
};

/// Percent of the charge. A battery that goes empty twice before it is full is taken for full.
std::int64_t charge_of(const Signals& all, std::uint16_t on_battery, Instant now)
{
    const auto drained = [](Instant time) {
        return std::min<std::int64_t>(100, seconds(time) * 100 / full_runtime_seconds);
    };
    if (all.value(on_battery, now) != 0) return 100 - drained(all.since(on_battery, now));
    if (all.rises(on_battery) == 0) return 100;
    const auto charged = seconds(all.since(on_battery, now)) * 100 / full_recharge_seconds;
    return std::min<std::int64_t>(100, 100 - drained(all.lasted(on_battery)) + charged);
}

Battery add_battery(Tables& tables)
{
    Battery made{};
    const auto on_battery = made.on_battery = tables.signal({.name = "on-battery", .failed = 1});
    const auto charge = made.charge = tables.signal(
        {.name = "battery/charge",
         .formula = [on_battery](
                        const Signals& all, Instant now
                    ) { return charge_of(all, on_battery, now); }}
    );
    made.load = tables.signal({.name = "output/load", .low = 22, .high = 58, .period = 1'200s});
    const auto minutes = made.minutes = tables.signal(
        {.name = "battery/minutes",
         .formula = [charge](
                        const Signals& all, Instant now
                    ) { return all.value(charge, now) * full_runtime_seconds / 6'000; }}
    );
    const auto on_seconds = tables.signal(
        {.name = "battery/seconds-on",
         .formula =
             [on_battery](const Signals& all, Instant now) {
                 const bool is_on = all.value(on_battery, now) != 0;
                 return is_on ? seconds(all.since(on_battery, now)) : 0;
             }}
    );
    const auto status = tables.signal(
        {.name = "battery/status",
         .formula = [=](const Signals& all, Instant now) -> std::int64_t {
             if (all.value(charge, now) == 0) return 4;
             return all.value(minutes, now) < low_minutes ? 3 : 2;
         }}
    );
    const auto temperature =
        tables.signal({.name = "battery/temperature", .low = 21, .high = 28, .period = 3'600s});
    const Oid battery = ups + Oid{2};
    tables.scalar(battery + Oid{1}, Tables::cell_of(status));
    tables.scalar(battery + Oid{2}, Tables::cell_of(on_seconds));
    tables.scalar(battery + Oid{3}, Tables::cell_of(minutes));
    tables.scalar(battery + Oid{4}, Tables::cell_of(charge));
    tables.scalar(battery + Oid{5}, integer(545)); // 0.1 V
    tables.scalar(battery + Oid{6}, integer(0));
    tables.scalar(battery + Oid{7}, Tables::cell_of(temperature));
    return made;
}

void add_input_and_output(Tables& tables, const Battery& battery)
{
    const auto on_battery = battery.on_battery;
    const auto mains =
        tables.signal({.name = "input/mains", .low = 226, .high = 234, .period = 420s});
    const auto voltage = tables.signal(
        {.name = "input/voltage",
         .formula = [=](const Signals& all, Instant now) -> std::int64_t {
             return all.value(on_battery, now) != 0 ? 0 : all.value(mains, now);
         }}
    );
    const auto line_bads = tables.signal(
        {.name = "input/line-bads",
         .formula = [on_battery](const Signals& all, Instant) { return all.rises(on_battery); }}
    );
    const auto source = tables.signal(
        {.name = "output/source",
         .formula = [on_battery](const Signals& all, Instant now) -> std::int64_t {
             return all.value(on_battery, now) != 0 ? 5 : 3;
         }}
    );
    const auto load = battery.load;
    const auto power =
        tables.signal({.name = "output/watts", .formula = [load](const Signals& all, Instant now) {
                           return all.value(load, now) * 2'700 / 100;
                       }});
    const auto input_power = tables.signal(
        {.name = "input/watts",
         .formula = [=](const Signals& all, Instant now) -> std::int64_t {
             return all.value(on_battery, now) != 0 ? 0 : all.value(power, now);
         }}
    );
    tables.scalar(ups + Oid{3, 1}, Tables::cell_of(line_bads, tag::counter32));
    tables.scalar(ups + Oid{3, 2}, integer(1));
    tables.row(
        ups + Oid{3, 3, 1},
        {1},
        {{2, integer(500)},
         {3, Tables::cell_of(voltage)},
         {4, integer(52)},
         {5, Tables::cell_of(input_power)}}
    );
    tables.scalar(ups + Oid{4, 1}, Tables::cell_of(source));
    tables.scalar(ups + Oid{4, 2}, integer(500));
    tables.scalar(ups + Oid{4, 3}, integer(1));
    tables.row(
        ups + Oid{4, 4, 1},
        {1},
        {{2, integer(230)},
         {3, integer(48)},
         {4, Tables::cell_of(power)},
         {5, Tables::cell_of(load)}}
    );
    tables.scalar(ups + Oid{5, 1}, integer(500));
    tables.scalar(ups + Oid{5, 2}, integer(0));
}

/// upsAlarmTable: rows that are there while the alarm is.
void add_alarms(Tables& tables, const Battery& battery)
{
    const auto charge = battery.charge;
    const auto minutes = battery.minutes;
    const auto low = tables.signal(
        {.name = "alarm/low-battery",
         .formula = [=](const Signals& all, Instant now) -> std::int64_t {
             return all.value(minutes, now) < low_minutes ? 1 : 0;
         }}
    );
    const auto depleted = tables.signal(
        {.name = "alarm/depleted",
         .formula = [=](const Signals& all, Instant now) -> std::int64_t {
             return all.value(charge, now) == 0 ? 1 : 0;
         }}
    );
    const auto bad = tables.signal({.name = "alarm/battery-bad", .failed = 1});
    const std::vector<std::uint16_t> alarms{bad, battery.on_battery, low, depleted};
    const auto present =
        tables
            .signal({.name = "alarm/present", .formula = [alarms](const Signals& all, Instant now) {
                         return static_cast<std::int64_t>(std::count_if(
                             alarms.begin(),
                             alarms.end(),
                             [&](std::uint16_t alarm) { return all.value(alarm, now) != 0; }
                         ));
                     }});
    tables.scalar(ups + Oid{6, 1}, Tables::cell_of(present, tag::gauge32));
    for (std::uint32_t i = 1; i <= alarms.size(); ++i) {
        tables.row_while(
            alarms[i - 1],
            ups + Oid{6, 2, 1},
            {i},
            {{1, integer(i)}, {2, oid(ups + Oid{6, 3, i})}, {3, live(Live::sys_uptime)}}
        );
    }
}

void add_test_control_and_settings(Tables& tables)
{
    tables.scalar(ups + Oid{7, 1}, oid(ups + Oid{7, 7, 1}));
    tables.scalar(ups + Oid{7, 2}, integer(0));
    tables.scalar(
        ups + Oid{7, 3},
        Tables::cell_of(tables.signal({.name = "test/result", .low = 1, .failed = 3}))
    );
    tables.scalar(ups + Oid{7, 4}, name("passed"));
    tables.scalar(ups + Oid{7, 5}, ticks(0));
    tables.scalar(ups + Oid{7, 6}, integer(12));
    const std::initializer_list<std::pair<std::uint32_t, std::int64_t>> control{
        {1, 1}, {2, -1}, {3, -1}, {4, -1}, {5, 1}};
    for (const auto& [number, value] : control) {
        tables.scalar(ups + Oid{8, number}, integer(value));
    }
    const std::initializer_list<std::pair<std::uint32_t, std::int64_t>> settings{
        {1, 230}, {2, 500}, {3, 230}, {4, 500}, {5, 3'000}, {6, 2'700}, {7, low_minutes}, {8, 2}};
    for (const auto& [number, value] : settings) {
        tables.scalar(ups + Oid{9, number}, integer(value));
    }
}

} // namespace

std::vector<PortSpec> ups_ports(std::size_t count)
{
    std::vector<PortSpec> ports;
    for (std::size_t i = 1; i <= count; ++i) {
        const auto name = "eth" + std::to_string(i - 1);
        ports.push_back(
            {.name = name,
             .descr = name,
             .alias = "",
             .if_index = static_cast<std::uint32_t>(i),
             .speed = 100'000'000}
        );
    }
    return ports;
}

void describe_ups(Tables& tables)
{
    add_system(
        tables,
        {.descr = "Hallmonitor simulated UPS, version 1.0",
         .object_id = enterprises + Oid{99'999, 4},
         .services = 72}
    );
    add_interfaces(tables);
    tables.scalar(ups + Oid{1, 1}, name("Hallmonitor"));
    tables.scalar(ups + Oid{1, 2}, name("SIM-UPS-3000"));
    tables.scalar(ups + Oid{1, 3}, name("1.0"));
    tables.scalar(ups + Oid{1, 4}, name("1.0"));
    tables.scalar(ups + Oid{1, 5}, live(Live::sys_name, Meaning::name));
    tables.scalar(ups + Oid{1, 6}, name("rack 1"));
    const auto battery = add_battery(tables);
    add_input_and_output(tables, battery);
    add_alarms(tables, battery);
    add_test_control_and_settings(tables);
}

} // namespace hallmonitor::sim::kinds
