#include "tests/sim/switch_model.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t octets_per_packet = 700;

/// SplitMix64: one well mixed number for each (seed, question).
std::uint64_t mixed(std::uint64_t seed, std::uint64_t question)
{
    std::uint64_t x = seed + (question + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ x >> 30U) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27U) * 0x94D049BB133111EBU;
    return x ^ x >> 31U;
}

std::uint64_t centiseconds(Instant duration)
{
    return duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count()) / 10'000;
}

Port make_port(std::uint64_t seed, std::uint32_t device, std::size_t number, std::size_t ports)
{
    const auto question = (std::uint64_t{device} << 32U) + number * 4;
    const auto speed = is_uplink(number, ports) ? 10'000'000'000U : 1'000'000'000U;
    // Between 0.01 % and 30 % of the line, and up to a tebibyte counted before.
    const auto rate = [&](std::uint64_t which) {
        return speed / 8 * (1 + mixed(seed, question + which) % 3'000) / 10'000;
    };
    const auto before = [&](std::uint64_t which) { return mixed(seed, question + which) >> 24U; };
    Port port{
        .name = port_name(number, ports),
        .speed = speed,
        .in = Flow{rate(0), before(2)},
        .out = Flow{rate(1), before(3)}};
    port.is_link_up = number % 12 != 11 || is_uplink(number, ports);
    port.in.set_running(port.is_up(), Instant{0});
    port.out.set_running(port.is_up(), Instant{0});
    return port;
}

} // namespace

Flow::Flow(std::uint64_t octets_per_second, std::uint64_t before)
    : rate_(octets_per_second), base_(before)
{}

std::uint64_t Flow::total(Instant now) const
{
    if (!is_running_ || now <= since_) return base_;
    const auto elapsed = static_cast<std::uint64_t>((now - since_).count());
    return base_ + rate_ * (elapsed / 1'000'000) + rate_ * (elapsed % 1'000'000) / 1'000'000;
}

void Flow::set_running(bool is_running, Instant now)
{
    base_ = total(now);
    since_ = std::max(now, since_);
    is_running_ = is_running;
}

void Flow::restart(Instant now, Instant at, std::uint64_t value)
{
    base_ = total(now);
    zero_ = base_ - value;
    since_ = at;
}

void Served::note(std::uint64_t octets, std::uint32_t in_life, Instant now)
{
    if (times++ == 0) {
        first = octets;
        first_at = now;
    } else if (in_life == life && octets >= value) {
        counted += octets - value;
    }
    value = octets;
    life = in_life;
    at = now;
}

SwitchModel::SwitchModel(std::uint64_t seed, std::uint32_t number, std::size_t ports)
    : name_("sim-" + std::to_string(number)), name_tlv_(make_tlv(tag::octets, name_)),
      number_(number)
{
    // Started between an hour and a hundred days ago.
    const auto age = mixed(seed, (std::uint64_t{number} << 32U) + 0xFFFFFFFFU) % 8'636'400 + 3'600;
    started_at_ = -std::chrono::seconds{static_cast<std::int64_t>(age)};
    for (std::size_t i = 0; i < ports; ++i) {
        ports_.push_back(make_port(seed, number, i, ports));
        ports_.back().changed_at = started_at_;
    }
    table_changed_at_ = started_at_;
}

std::uint64_t SwitchModel::uptime(Instant now) const
{
    return centiseconds(now - started_at_ + uptime_shift_);
}

std::uint64_t SwitchModel::since_boot(Instant at) const
{
    return at <= started_at_ ? 0 : uptime(at);
}

void SwitchModel::value(const Object& object, Instant now, Instant counted_at, Value& into)
{
    switch (object.live) {
    case Live::fixed: into.refer(object.value); return;
    case Live::sys_uptime:
        into.set_unsigned(tag::timeticks, static_cast<std::uint32_t>(uptime(now)));
        return;
    case Live::host_uptime:
        into.set_unsigned(
            tag::timeticks, static_cast<std::uint32_t>(centiseconds(now - started_at_))
        );
        return;
    case Live::sys_name: into.refer(name_tlv_); return;
    case Live::engine_boots: into.set_integer(life_); return;
    case Live::engine_time:
        into.set_integer(static_cast<std::int64_t>(centiseconds(now - started_at_) / 100));
        return;
    case Live::table_changed:
        into.set_unsigned(
            tag::timeticks, static_cast<std::uint32_t>(since_boot(table_changed_at_))
        );
        return;
    default: port_value(object, now, counted_at, into); return;
    }
}

void SwitchModel::port_value(const Object& object, Instant now, Instant counted_at, Value& into)
{
    auto& port = ports_[object.port];
    const bool is_wide = object.meaning == Meaning::counter64;
    const auto count = [&](std::uint64_t number) {
        if (is_wide) {
            into.set_unsigned(tag::counter64, number);
        } else {
            into.set_unsigned(tag::counter32, static_cast<std::uint32_t>(number));
        }
    };
    const auto packets = [&](const Flow& flow) {
        return flow.octets(counted_at) / octets_per_packet;
    };
    switch (object.live) {
    case Live::if_phys_address:
        into.set_octets(
            std::uint64_t{2} << 40U | std::uint64_t{number_ & 0xFFFFFFU} << 16U | object.port, 6
        );
        return;
    case Live::if_admin_status: into.set_integer(port.is_admin_up ? 1 : 2); return;
    case Live::if_oper_status: into.set_integer(port.is_up() ? 1 : 2); return;
    case Live::if_last_change:
        into.set_unsigned(tag::timeticks, static_cast<std::uint32_t>(since_boot(port.changed_at)));
        return;
    case Live::if_discontinuity: into.set_unsigned(tag::timeticks, 0); return;
    case Live::in_octets:
        port.served_in.note(port.in.octets(counted_at), life_, now);
        count(port.served_in.value);
        return;
    case Live::out_octets:
        port.served_out.note(port.out.octets(counted_at), life_, now);
        count(port.served_out.value);
        return;
    case Live::in_packets: count(packets(port.in)); return;
    case Live::out_packets: count(packets(port.out)); return;
    case Live::in_multicast: count(packets(port.in) / 50); return;
    case Live::out_multicast: count(packets(port.out) / 50); return;
    case Live::in_broadcast: count(packets(port.in) / 200); return;
    case Live::out_broadcast: count(packets(port.out) / 200); return;
    default: into.set_empty(tag::null); return;
    }
}

void SwitchModel::reboot(Instant now, Instant away)
{
    started_at_ = now + away;
    uptime_shift_ = Instant{0};
    table_changed_at_ = started_at_;
    ++life_;
    for (auto& port : ports_) {
        port.changed_at = started_at_;
        port.in.restart(now, started_at_);
        port.out.restart(now, started_at_);
    }
}

void SwitchModel::restart_before_wrap(unsigned bits, std::chrono::seconds left, Instant now)
{
    reboot(now, Instant{0});
    const auto seconds = static_cast<std::uint64_t>(left.count());
    for (auto& port : ports_) {
        for (auto* flow : {&port.in, &port.out}) {
            // 32 bits may hold less than what flows until then.
            const std::uint64_t wrap = bits < 64 ? std::uint64_t{1} << bits : 0;
            const auto until = flow->rate() * seconds;
            flow->restart(now, now, wrap - (wrap > 0 ? std::min(until, wrap) : until));
        }
    }
}

void SwitchModel::clear_counters(Instant now)
{
    for (auto& port : ports_) {
        port.in.restart(now, now);
        port.out.restart(now, now);
    }
}

void SwitchModel::set_uptime(std::uint64_t ticks, Instant now)
{
    uptime_shift_ = Instant{static_cast<std::int64_t>(ticks) * 10'000} - (now - started_at_);
}

void SwitchModel::changed(Port& port, Instant now)
{
    port.changed_at = now;
    port.in.set_running(port.is_up(), now);
    port.out.set_running(port.is_up(), now);
}

void SwitchModel::set_link(std::size_t port, bool is_up, Instant now)
{
    const bool was_up = ports_[port].is_up();
    ports_[port].is_link_up = is_up;
    if (ports_[port].is_up() != was_up) changed(ports_[port], now);
}

void SwitchModel::set_admin(std::size_t port, bool is_up, Instant now)
{
    const bool was_up = ports_[port].is_up();
    ports_[port].is_admin_up = is_up;
    if (ports_[port].is_up() != was_up) changed(ports_[port], now);
}

void SwitchModel::add_octets(std::size_t port, std::uint64_t in, std::uint64_t out)
{
    ports_[port].in.add(in);
    ports_[port].out.add(out);
}

} // namespace hallmonitor::sim
