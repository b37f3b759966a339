#include "tests/sim/model.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::sim {
namespace {

using namespace std::chrono_literals;

std::uint64_t centiseconds(Instant duration)
{
    return duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count()) / 10'000;
}

Port make_port(std::uint64_t seed, std::uint32_t device, std::size_t number, const PortSpec& spec)
{
    const auto question = (std::uint64_t{device} << 32U) + number * 4;
    // Between 0.01 % and 30 % of the line, and up to a tebibyte counted before.
    const auto rate = [&](std::uint64_t which) {
        return spec.speed / 8 * (1 + mixed(seed, question + which) % 3'000) / 10'000;
    };
    const auto before = [&](std::uint64_t which) { return mixed(seed, question + which) >> 24U; };
    Port port{
        .name = spec.name,
        .speed = spec.speed,
        .in = Flow{rate(0), before(2)},
        .out = Flow{rate(1), before(3)},
        .role = spec.role,
        .packets_an_error = spec.packets_an_error,
        .is_link_up = spec.is_link_up,
        .is_admin_up = spec.is_admin_up};
    port.in.set_running(port.is_up(), Instant{0});
    port.out.set_running(port.is_up(), Instant{0});
    return port;
}

/// A text with the number of the device in the place of {n}.
Bytes own_text(std::string text, std::uint32_t number)
{
    constexpr std::string_view mark = "{n}";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        text.replace(at, mark.size(), std::to_string(number));
    }
    return make_tlv(tag::octets, text);
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

std::uint64_t mac_of(std::uint32_t device, std::uint16_t port)
{
    return std::uint64_t{2} << 40U | std::uint64_t{device & 0xFFFFFFU} << 16U | port;
}

DeviceModel::DeviceModel(std::uint64_t seed, std::uint32_t number, const Blueprint& blueprint)
    : name_("sim-" + std::to_string(number)), name_tlv_(make_tlv(tag::octets, name_)),
      number_(number), signals_(seed, number, blueprint.signals),
      root_(mac_of(number, chassis_port))
{
    // Started between an hour and a hundred days ago.
    const auto age = mixed(seed, (std::uint64_t{number} << 32U) + 0xFFFFFFFFU) % 8'636'400 + 3'600;
    started_at_ = -std::chrono::seconds{static_cast<std::int64_t>(age)};
    for (std::size_t i = 0; i < blueprint.ports.size(); ++i) {
        ports_.push_back(make_port(seed, number, i, blueprint.ports[i]));
        ports_.back().changed_at = started_at_;
    }
    for (const auto& text : blueprint.texts) {
        texts_.push_back(own_text(text, number));
    }
    table_changed_at_ = started_at_;
    stp_changed_at_ = started_at_;
    neighbours_changed_at_ = started_at_;
}

std::uint64_t DeviceModel::uptime(Instant now) const
{
    return centiseconds(now - started_at_ + uptime_shift_);
}

std::uint64_t DeviceModel::since_boot(Instant at) const
{
    return at <= started_at_ ? 0 : uptime(at);
}

void DeviceModel::value(const Object& object, Instant now, Instant counted_at, Value& into)
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
    case Live::own_text: into.refer(texts_[object.number]); return;
    case Live::signal: {
        const auto number = signals_.serve(object.number, now, counted_at, life_);
        if (object.tag == tag::integer) {
            into.set_integer(number);
        } else if (object.tag == tag::counter64) {
            into.set_unsigned(object.tag, static_cast<std::uint64_t>(number));
        } else {
            into.set_unsigned(object.tag, static_cast<std::uint32_t>(number));
        }
        return;
    }
    default: port_value(object, now, counted_at, into); return;
    }
}

bool DeviceModel::is_shown(const Object& object, Instant now) const
{
    if (object.shown == Shown::with_signal) return signals_.value(object.condition, now) != 0;
    const auto& port = ports_[object.port];
    return port.is_up() && port.neighbour != nullptr;
}

void DeviceModel::port_value(const Object& object, Instant now, Instant counted_at, Value& into)
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
    case Live::if_phys_address: into.set_octets(mac_of(number_, object.port), 6); return;
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
    default: rare_value(object, now, counted_at, into); return;
    }
}

// Ports of a bridge are numbered from 1; 0: this bridge is the root itself.
std::size_t DeviceModel::root_port() const
{
    if (root_ == mac_of(number_, chassis_port)) return 0;
    const auto found = std::find_if(ports_.begin(), ports_.end(), [](const Port& port) {
        return port.role == Role::uplink && port.is_up() && port.neighbour != nullptr;
    });
    return found == ports_.end() ? 0 : static_cast<std::size_t>(found - ports_.begin()) + 1;
}

/// What only managed kinds have: errors, spanning tree, neighbours.
void DeviceModel::rare_value(const Object& object, Instant now, Instant counted_at, Value& into)
{
    const auto& port = ports_[object.port];
    const auto count = [&](std::uint64_t number) {
        into.set_unsigned(object.tag, static_cast<std::uint32_t>(number));
    };
    // A faulty walk comes by rows that are not shown, too.
    const auto tell = [&](Bytes Neighbour::*what) {
        if (port.neighbour == nullptr) return into.set_empty(tag::octets);
        into.refer((*port.neighbour).*what);
    };
    const auto in_packets = port.in.octets(counted_at) / octets_per_packet;
    const auto out_packets = port.out.octets(counted_at) / octets_per_packet;
    const auto errors = port.packets_an_error > 0 ? in_packets / port.packets_an_error : 0;
    switch (object.live) {
    case Live::in_errors: count(errors); return;
    case Live::alignment_errors: count(errors / 4); return;
    case Live::fcs_errors: count(errors - errors / 4); return;
    case Live::out_discards: count(out_packets / 1'000'000); return;
    case Live::collisions: count(out_packets / 200); return;
    case Live::chassis_mac: into.set_octets(mac_of(number_, chassis_port), 6); return;
    case Live::stp_changes: count(stp_changes_); return;
    case Live::stp_since: count(centiseconds(now - stp_changed_at_)); return;
    case Live::stp_port_state: into.set_integer(port.is_up() ? 5 : 1); return;
    case Live::stp_root:
        into.set_octets(
            std::uint64_t{0x8000} << 48U |
                (root_port() > 0 ? root_ : mac_of(number_, chassis_port)),
            8
        );
        return;
    case Live::stp_root_port: into.set_integer(static_cast<std::int64_t>(root_port())); return;
    case Live::neighbours_changed: count(since_boot(neighbours_changed_at_)); return;
    case Live::neighbour_chassis: tell(&Neighbour::chassis); return;
    case Live::neighbour_name: tell(&Neighbour::name); return;
    case Live::neighbour_port: tell(&Neighbour::port); return;
    case Live::neighbour_port_descr: tell(&Neighbour::port_descr); return;
    case Live::neighbour_descr: tell(&Neighbour::descr); return;
    case Live::neighbour_address: tell(&Neighbour::address); return;
    default: into.set_empty(tag::null); return;
    }
}

void DeviceModel::reboot(Instant now, Instant away)
{
    started_at_ = now + away;
    uptime_shift_ = Instant{0};
    table_changed_at_ = started_at_;
    ++life_;
    stp_changes_ = 0;
    stp_changed_at_ = started_at_;
    neighbours_changed_at_ = started_at_;
    signals_.restart(started_at_);
    for (auto& port : ports_) {
        port.changed_at = started_at_;
        port.in.restart(now, started_at_);
        port.out.restart(now, started_at_);
    }
}

void DeviceModel::restart_before_wrap(unsigned bits, std::chrono::seconds left, Instant now)
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

void DeviceModel::clear_counters(Instant now)
{
    signals_.restart(now);
    for (auto& port : ports_) {
        port.in.restart(now, now);
        port.out.restart(now, now);
    }
}

void DeviceModel::set_uptime(std::uint64_t ticks, Instant now)
{
    uptime_shift_ = Instant{static_cast<std::int64_t>(ticks) * 10'000} - (now - started_at_);
}

void DeviceModel::changed(Port& port, Instant now)
{
    port.changed_at = now;
    port.in.set_running(port.is_up(), now);
    port.out.set_running(port.is_up(), now);
    if (port.role == Role::edge) return;
    ++stp_changes_; // RFC 4188: a port that reaches every bridge came or went
    stp_changed_at_ = now;
    if (port.neighbour != nullptr) neighbours_changed_at_ = now;
}

void DeviceModel::set_link(std::size_t port, bool is_up, Instant now)
{
    const bool was_up = ports_[port].is_up();
    ports_[port].is_link_up = is_up;
    if (ports_[port].is_up() != was_up) changed(ports_[port], now);
}

void DeviceModel::set_admin(std::size_t port, bool is_up, Instant now)
{
    const bool was_up = ports_[port].is_up();
    ports_[port].is_admin_up = is_up;
    if (ports_[port].is_up() != was_up) changed(ports_[port], now);
}

void DeviceModel::add_octets(std::size_t port, std::uint64_t in, std::uint64_t out)
{
    ports_[port].in.add(in);
    ports_[port].out.add(out);
}

} // namespace hallmonitor::sim
