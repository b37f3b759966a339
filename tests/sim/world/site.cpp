#include "tests/sim/world/site.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hallmonitor::world {

void Truth::set(bool is_so, Instant when)
{
    if (at(when) != is_so) changes_.push_back(when);
}

bool Truth::at(Instant when) const
{
    const auto later = std::upper_bound(changes_.begin(), changes_.end(), when);
    return starts_so_ != ((later - changes_.begin()) % 2 != 0);
}

std::span<const Instant> Truth::changes(Instant from, Instant to) const
{
    const auto first = std::upper_bound(changes_.begin(), changes_.end(), from);
    const auto last = std::upper_bound(first, changes_.end(), to);
    return std::span{changes_}.subspan(
        static_cast<std::size_t>(first - changes_.begin()), static_cast<std::size_t>(last - first)
    );
}

Site::Site(const Setup& setup) : setup_(setup), buffer_(sim::Device::buffer_size)
{
    const auto plan = blueprint(0);
    for (const sim::PortSpec& port : plan->ports)
        port_names_.push_back(port.name);
    for (std::size_t number = 0; number < setup.devices; ++number) {
        devices_.push_back({
            .sim =
                sim::Device{
                    {.number = static_cast<std::uint32_t>(number), .seed = setup.seed}, plan},
            .links = {},
            .starts = {},
        });
        for (const sim::PortSpec& port : plan->ports)
            devices_.back().links.emplace_back(port.is_link_up);
        make_old(devices_.back().sim);
    }
}

void Site::make_old(sim::Device& device) const
{
    if (setup_.is_narrow) {
        device.set_fault(*sim::find_fault("no-hc"), true, std::nullopt, Instant{0});
        device.set_fault(*sim::find_fault("wrap32"), true, std::nullopt, Instant{0});
    }
    if (setup_.uptime_wraps > Instant{0}) {
        const auto seconds = setup_.uptime_wraps / std::chrono::seconds{1};
        device.set_fault(*sim::find_fault("uptime-wraps"), true, seconds, Instant{0});
    }
}

std::shared_ptr<const sim::Blueprint> Site::blueprint(std::uint32_t generation) const
{
    return std::make_shared<const sim::Blueprint>(
        sim::make_blueprint(*sim::find_kind("switch"), setup_.ports, generation)
    );
}

std::string Site::name(std::size_t number)
{
    return "sw-" + std::to_string(number);
}

const std::string& Site::port_name(std::size_t port) const
{
    return port_names_[port];
}

agent::PeerAddress Site::address(std::size_t number)
{
    return agent::PeerAddress::v4({10, 1, 0, static_cast<std::uint8_t>(number + 1)}, 161);
}

std::vector<Site::Reply> Site::ask(
    std::size_t number, std::span<const std::byte> request, Instant now
)
{
    Device& device = devices_[number];
    std::vector<Reply> replies;
    if (device.is_dark) return replies;
    const auto* const octets = reinterpret_cast<const std::uint8_t*>(request.data());
    const sim::Datagram reply = device.sim.answer({octets, request.size()}, now, buffer_);
    if (reply.bytes.empty()) return replies;
    const auto bytes = std::as_bytes(reply.bytes);
    for (unsigned copy = 0; copy < reply.copies; ++copy)
        replies.push_back({.bytes = {bytes.begin(), bytes.end()}, .delay = reply.delay});
    return replies;
}

bool Site::answers_ping(std::size_t number, Instant now) const
{
    const Device& device = devices_[number];
    return !device.is_dark && !device.sim.model().is_away(now);
}

void Site::note_presence(Device& device, Instant now)
{
    device.there.set(!device.is_dark && !device.sim.model().is_away(now), now);
}

void Site::reboot(std::size_t number, Instant now, Instant away)
{
    Device& device = devices_[number];
    if (device.is_dark || device.sim.model().is_away(now)) return;
    device.sim.model().reboot(now, away);
    device.starts.push_back(now + away);
    note_presence(device, now);
    device.there.set(true, now + away);
}

void Site::renumber(std::size_t number, Instant now)
{
    Device& device = devices_[number];
    device.sim.renumber(blueprint(++device.generation), now);
}

void Site::set_link(std::size_t number, std::size_t port, bool is_up, Instant now)
{
    Device& device = devices_[number];
    if (device.sim.model().is_away(now)) return;
    device.sim.model().set_link(port, is_up, now);
    device.links[port].set(is_up, now);
}

void Site::set_dark(std::size_t number, bool is_dark, Instant now)
{
    Device& device = devices_[number];
    if (device.sim.model().is_away(now)) return;
    device.is_dark = is_dark;
    note_presence(device, now);
}

void Site::set_fault(std::size_t number, const char* name, bool is_on, Instant now)
{
    devices_[number].sim.set_fault(*sim::find_fault(name), is_on, std::nullopt, now);
}

std::size_t Site::life_at(std::size_t number, Instant when) const
{
    const auto& starts = devices_[number].starts;
    return static_cast<std::size_t>(
        std::upper_bound(starts.begin(), starts.end(), when) - starts.begin()
    );
}

} // namespace hallmonitor::world
