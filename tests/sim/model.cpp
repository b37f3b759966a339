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
        .in = Flow{rate(0), before(2)},
        .out = Flow{rate(1), before(3)},
        .is_link_up = spec.is_link_up,
        .is_admin_up = spec.is_admin_up,
        .role = spec.role,
        .packets_an_error = spec.packets_an_error,
        .name = spec.name,
        .speed = spec.speed};
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
    : rate_(octets_per_second & most_rate), is_running_(0), base_(before)
{}

void Flow::set_running(bool is_running, Instant now)
{
    base_ = octets(now);
    since_ = std::max(now, since_);
    is_running_ = is_running ? 1 : 0;
}

void Flow::restart(Instant at, std::uint64_t value)
{
    base_ = value;
    since_ = at;
}

std::uint64_t mac_of(std::uint32_t device, std::uint16_t port)
{
    return std::uint64_t{2} << 40U | std::uint64_t{device & 0xFFFFFFU} << 16U | port;
}

DeviceModel::DeviceModel(std::uint64_t seed, std::uint32_t number, const Blueprint& blueprint)
    : number_(number), name_("sim-" + std::to_string(number)),
      name_tlv_(make_tlv(tag::octets, name_)), signals_(seed, number, blueprint.signals),
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

void DeviceModel::value(const Object& object, Instant now, Instant counted_at, Value& into) const
{
    const auto own_mac = [&] { return mac_of(number_, chassis_port); };
    // A faulty walk comes by rows that are not shown, too.
    const auto tell = [&](Bytes Neighbour::*what) {
        const auto& neighbour = ports_[object.port].neighbour;
        if (neighbour == nullptr) return into.set_empty(tag::octets);
        into.refer((*neighbour).*what);
    };
    switch (object.live) {
    case Live::fixed: into.refer(object.value); return;
    case Live::sys_name: into.refer(name_tlv_); return;
    case Live::own_text: into.refer(texts_[object.number]); return;
    case Live::if_phys_address: into.set_octets(mac_of(number_, object.port), 6); return;
    case Live::chassis_mac: into.set_octets(own_mac(), 6); return;
    case Live::stp_root: {
        const auto root = root_port() > 0 ? root_ : own_mac();
        into.set_octets(std::uint64_t{0x8000} << 48U | root, 8);
        return;
    }
    case Live::neighbour_chassis: tell(&Neighbour::chassis); return;
    case Live::neighbour_name: tell(&Neighbour::name); return;
    case Live::neighbour_port: tell(&Neighbour::port); return;
    case Live::neighbour_port_descr: tell(&Neighbour::port_descr); return;
    case Live::neighbour_descr: tell(&Neighbour::descr); return;
    case Live::neighbour_address: tell(&Neighbour::address); return;
    default: into.set_number(object.tag, number(object, now, counted_at)); return;
    }
}

bool DeviceModel::is_shown(const Object& object, Instant now) const
{
    if (object.shown == Shown::with_signal) return signals_.value(object.condition, now) != 0;
    const auto& port = ports_[object.port];
    return port.is_up() && port.neighbour != nullptr;
}

void DeviceModel::note(const Object& object, std::uint64_t number, Instant now)
{
    switch (object.live) {
    case Live::in_octets: ports_[object.port].served_in.note(number, life_, now); return;
    case Live::out_octets: ports_[object.port].served_out.note(number, life_, now); return;
    case Live::signal:
        signals_.note(object.number, static_cast<std::int64_t>(number), life_, now);
        return;
    default: return;
    }
}

std::uint64_t DeviceModel::number(const Object& object, Instant now, Instant counted_at) const
{
    if (!object.is_row || object.live == Live::signal) return rare_number(object, now, counted_at);
    const auto& port = ports_[object.port];
    // The next row is read next, most often: of many devices it is in no cache.
    __builtin_prefetch(&port + 1);
    const auto packets = [&](const Flow& flow) {
        return flow.octets(counted_at) / octets_per_packet;
    };
    switch (object.live) {
    case Live::if_admin_status: return port.is_admin_up ? 1 : 2;
    case Live::if_oper_status: return port.is_up() ? 1 : 2;
    case Live::if_last_change: return since_boot(port.changed_at);
    case Live::in_octets: return port.in.octets(counted_at);
    case Live::out_octets: return port.out.octets(counted_at);
    case Live::in_packets: return packets(port.in);
    case Live::out_packets: return packets(port.out);
    case Live::in_multicast: return packets(port.in) / 50;
    case Live::out_multicast: return packets(port.out) / 50;
    case Live::in_broadcast: return packets(port.in) / 200;
    case Live::out_broadcast: return packets(port.out) / 200;
    default: return rare_number(object, now, counted_at);
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

std::uint64_t DeviceModel::rare_number(const Object& object, Instant now, Instant counted_at) const
{
    const auto in_packets = [&](const Port& port) {
        return port.in.octets(counted_at) / octets_per_packet;
    };
    const auto out_packets = [&](const Port& port) {
        return port.out.octets(counted_at) / octets_per_packet;
    };
    const auto errors = [&](const Port& port) {
        return port.packets_an_error > 0 ? in_packets(port) / port.packets_an_error : 0;
    };
    const auto port = [&]() -> const Port& { return ports_[object.port]; };
    switch (object.live) {
    case Live::sys_uptime: return uptime(now);
    case Live::host_uptime: return centiseconds(now - started_at_);
    case Live::engine_boots: return life_;
    case Live::engine_time: return centiseconds(now - started_at_) / 100;
    case Live::table_changed: return since_boot(table_changed_at_);
    case Live::signal: return static_cast<std::uint64_t>(signals_.value(object.number, counted_at));
    case Live::in_errors: return errors(port());
    case Live::alignment_errors: return errors(port()) / 4;
    case Live::fcs_errors: return errors(port()) - errors(port()) / 4;
    case Live::out_discards: return out_packets(port()) / 1'000'000;
    case Live::collisions: return out_packets(port()) / 200;
    case Live::stp_changes: return stp_changes_;
    case Live::stp_since: return centiseconds(now - stp_changed_at_);
    case Live::stp_port_state: return port().is_up() ? 5 : 1;
    case Live::stp_root_port: return root_port();
    case Live::neighbours_changed: return since_boot(neighbours_changed_at_);
    default: return 0;
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
        port.in.restart(started_at_);
        port.out.restart(started_at_);
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
            flow->restart(now, wrap - (wrap > 0 ? std::min(until, wrap) : until));
        }
    }
}

void DeviceModel::clear_counters(Instant now)
{
    signals_.restart(now);
    for (auto& port : ports_) {
        port.in.restart(now);
        port.out.restart(now);
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
