#include "tests/bench/traffic.hpp"

#include "agent/profile/device_table.hpp"
#include "agent/profile/interface_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

namespace hallmonitor::bench {
namespace {

using std::chrono::microseconds;

constexpr std::size_t rows_a_reply = 3;
constexpr std::size_t uplinks = 2;    // watched
constexpr double most_octets = 7.5e9; // 1 Gbit/s for a minute

std::string text_of(const char* format, std::size_t a, std::size_t b)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, a, b);
    return text.data();
}

TableDefinition interface_table(std::size_t device, std::size_t ports)
{
    TableDefinition table{
        .device = text_of("switch-%zu-%zu", device / 16, device % 16),
        .kind = TableKind::interface,
        .interval = SwitchFleet::poll_interval,
        .columns = agent::interface_columns(),
        .rows = {},
    };
    for (std::size_t port = 1; port <= ports; ++port) {
        Row row{.key = text_of("Gi%zu/0/%zu", 1, port), .wide_columns = 0x7f80};
        row.attributes = {
            {Attribute::if_name, row.key},
            {Attribute::if_descr, text_of("GigabitEthernet%zu/0/%zu", 1, port)},
            {Attribute::if_type, "6"},
            {Attribute::if_mac,
             text_of("00:1b:54:%02zx:%02zx:", device >> 8, device & 255) +
                 text_of("%02zx", port, 0)},
            {Attribute::if_index, std::to_string(10'100 + port)},
            {Attribute::source, "snmp"},
        };
        if (port % 2 == 0)
            row.attributes.set(Attribute::if_alias, text_of("room %zu%02zu", device % 4, port));
        if (port > ports - std::min(ports, uplinks)) row.attributes.set(Attribute::watched, "1");
        table.rows.push_back(std::move(row));
    }
    return table;
}

TableDefinition liveness_table(std::size_t device, const std::string& name)
{
    return agent::device_table(
        name,
        SwitchFleet::liveness_interval,
        {
            {Attribute::address, text_of("10.%zu.%zu.1", device >> 8, device & 255)},
            {Attribute::source, "snmp"},
            {Attribute::sys_name, name},
            {Attribute::sys_descr, "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M)"},
            {Attribute::sys_object_id, "1.3.6.1.4.1.9.1.1208"},
            {Attribute::sys_location, text_of("building %zu", device / 16, 0)},
        }
    );
}

std::uint64_t ticks_at(std::uint64_t booted_ticks, MonoTime at)
{
    return booted_ticks + static_cast<std::uint64_t>(at.since_boot.count()) / 10'000;
}

} // namespace

SwitchFleet::SwitchFleet(const TrafficModel& model, std::size_t devices, std::size_t ports)
    : model_(model), ports_(ports)
{
    for (std::size_t d = 0; d < devices; ++d) {
        Switch made;
        made.interfaces = std::make_shared<const TableDefinition>(interface_table(d, ports));
        made.liveness =
            std::make_shared<const TableDefinition>(liveness_table(d, made.interfaces->device));
        made.booted_ticks = static_cast<std::uint64_t>(uniform(1e6, 2e9));
        made.directions.resize(2 * ports);
        for (Direction& direction : made.directions) {
            direction.load = draw_load();
            // Months of it lie behind.
            for (int month = 0; month < 3; ++month)
                model.random ? count_random(direction) : count(direction);
            for (std::uint64_t& counter : direction.counters)
                counter *= 30'000;
        }
        switches_.push_back(std::move(made));
    }
}

SwitchFleet::Load SwitchFleet::draw_load()
{
    const double lot = uniform(0, 1);
    if (lot < model_.silent) return Load::silent;
    if (lot < model_.silent + model_.chatter) return Load::chatter;
    return lot < model_.silent + model_.chatter + model_.office ? Load::office : Load::heavy;
}

void SwitchFleet::turn(const TrafficModel& model)
{
    model_ = model;
    for (Switch& one : switches_)
        for (Direction& direction : one.directions)
            direction.load = draw_load();
}

const SwitchFleet::Table& SwitchFleet::interfaces(std::size_t device) const
{
    return switches_[device].interfaces;
}

const SwitchFleet::Table& SwitchFleet::liveness(std::size_t device) const
{
    return switches_[device].liveness;
}

double SwitchFleet::uniform(double from, double to)
{
    return std::uniform_real_distribution<double>{from, to}(chance_);
}

MonoTime SwitchFleet::with_jitter(MonoTime due)
{
    return due + microseconds{static_cast<std::int64_t>(uniform(0, 1'500))};
}

void SwitchFleet::count(Direction& direction)
{
    auto& [octets, unicast, multicast, broadcast, errors, discards] = direction.counters;
    for (std::uint64_t* rare : {&errors, &discards})
        if (uniform(0, 1) < model_.error_moves)
            *rare += 1 + std::geometric_distribution<std::uint64_t>{0.3}(chance_);
    if (direction.load == Load::silent) return;
    const auto many = [this](double around, double sigma) {
        return std::lognormal_distribution<double>{std::log(around), sigma}(chance_);
    };
    double moved = 0;
    double frame = uniform(200, 1'200);
    switch (direction.load) {
    case Load::silent: break;
    case Load::chatter: moved = many(60, 0.8) * (frame = uniform(64, 300)); break;
    case Load::office: moved = many(2e6, 1.7); break;
    case Load::heavy: moved = many(8e8, 0.8); break;
    }
    moved = std::min(moved, most_octets);
    octets += static_cast<std::uint64_t>(moved);
    unicast += static_cast<std::uint64_t>(moved / frame);
    multicast += std::poisson_distribution<std::uint64_t>{30}(chance_);
    broadcast += std::poisson_distribution<std::uint64_t>{12}(chance_);
}

void SwitchFleet::count_random(Direction& direction)
{
    constexpr double octets = 7.5e10; // 10 Gbit/s for a minute
    constexpr double frames = octets / 64;
    constexpr std::array<double, 6> most{octets, frames, frames, frames, frames, frames};
    for (std::size_t i = 0; i < most.size(); ++i)
        direction.counters.at(i) += static_cast<std::uint64_t>(uniform(0, most.at(i)));
}

TableReading SwitchFleet::poll(std::size_t device, MonoTime due)
{
    Switch& from = switches_[device];
    for (Direction& direction : from.directions)
        model_.random ? count_random(direction) : count(direction);
    const MonoTime first = with_jitter(due);
    std::vector<microseconds> delays;
    microseconds delay{0};
    for (std::size_t port = 0; port < ports_; ++port) {
        if (port % rows_a_reply == 0 && port > 0)
            delay += microseconds{static_cast<std::int64_t>(uniform(1'000, 3'000))};
        delays.push_back(delay);
    }
    from.last_poll = delay + microseconds{2'000};
    TableReading reading{
        .taken_at = first,
        .uptime = DeviceTicks{static_cast<std::uint32_t>(ticks_at(from.booted_ticks, first))},
        .cells = {},
    };
    reading.cells.reserve(ports_ * from.interfaces->columns.size());
    for (const Metric metric : from.interfaces->columns) {
        for (std::size_t port = 0; port < ports_; ++port) {
            const bool is_down = from.directions[2 * port].load == Load::silent &&
                                 from.directions[2 * port + 1].load == Load::silent;
            switch (metric) {
            case Metric::if_admin_status: reading.cells.push_back(1); break;
            case Metric::if_oper_status: reading.cells.push_back(is_down ? 2 : 1); break;
            case Metric::if_speed:
                reading.cells.push_back(model_.random ? 10'000'000'000 : 1'000'000'000);
                break;
            case Metric::if_last_change: reading.cells.push_back(4'000 + 7 * port); break;
            case Metric::if_discontinuity: reading.cells.push_back(0); break;
            case Metric::row_ticks:
                reading.cells.push_back(ticks_at(from.booted_ticks, first + delays[port]));
                break;
            case Metric::row_delay:
                reading.cells.push_back(static_cast<std::uint64_t>(delays[port].count() / 1'000));
                break;
            default: {
                // The twelve counters alternate between received and sent.
                const auto number = static_cast<std::size_t>(metric) -
                                    static_cast<std::size_t>(Metric::if_in_octets);
                const Direction& direction = from.directions[2 * port + number % 2];
                std::uint64_t value = direction.counters.at(number / 2);
                if (metric >= Metric::if_in_errors) value &= 0xffff'ffff;
                reading.cells.push_back(value);
            }
            }
        }
    }
    return reading;
}

TableReading SwitchFleet::check(std::size_t device, MonoTime due)
{
    const Switch& from = switches_[device];
    const MonoTime at = with_jitter(due);
    const auto uptime = static_cast<std::uint32_t>(ticks_at(from.booted_ticks, at));
    return agent::device_reading(
        {
            .state = State::up,
            .since = MonoTime{},
            .snmp_up = true,
            .ping_up = true,
            .ping_rtt = microseconds{static_cast<std::int64_t>(uniform(300, 900))},
            .poll_duration = from.last_poll,
            .uptime = DeviceTicks{uptime},
            .interfaces_up = true,
        },
        at
    );
}

} // namespace hallmonitor::bench
