// The cables of a fleet: who is whose neighbour. Uplinks lead to cores, in turn; where there is no
// core, switches stand in a chain; cores stand in a chain of their own.

#include "tests/sim/fleet.hpp"

#include <algorithm>

namespace hallmonitor::sim {
namespace {

Bytes octets_of(std::uint64_t number, std::size_t count)
{
    Value value;
    value.set_octets(number, count);
    return value.tlv();
}

std::vector<std::size_t> ports_of(const Fleet::Member& member, Role role)
{
    std::vector<std::size_t> found;
    const auto& ports = member.device.model().ports();
    for (std::size_t port = 0; port < ports.size(); ++port) {
        if (ports[port].role == role) found.push_back(port);
    }
    return found;
}

/// What the device at this end of a cable tells the other.
std::shared_ptr<const Neighbour> introduced(const Fleet::Member& member, std::size_t port)
{
    const auto& device = member.device;
    const auto& blueprint = device.blueprint();
    return std::make_shared<const Neighbour>(Neighbour{
        .chassis = octets_of(mac_of(device.setup().number, chassis_port), 6),
        .name = make_tlv(tag::octets, device.model().name()),
        .port = make_tlv(tag::octets, blueprint.ports[port].name),
        .port_descr = make_tlv(tag::octets, blueprint.ports[port].alias),
        .descr = make_tlv(tag::octets, blueprint.descr),
        .address = octets_of(member.address.ip, 4)});
}

/// Takes the ports of one role of several devices, each once: of every device one, then the next.
class Sockets {
public:
    Sockets(std::vector<Fleet::Member*> members, Role role) : members_(std::move(members))
    {
        for (const auto* member : members_) {
            free_.push_back(ports_of(*member, role));
        }
    }

    std::optional<Fleet::End> take()
    {
        for (std::size_t tried = 0; tried < members_.size(); ++tried) {
            const auto which = turn_++ % members_.size();
            if (free_[which].empty()) continue;
            const auto port = free_[which].front();
            free_[which].erase(free_[which].begin());
            return Fleet::End{members_[which], port};
        }
        return std::nullopt;
    }

private:
    std::vector<Fleet::Member*> members_;
    std::vector<std::vector<std::size_t>> free_;
    std::size_t turn_{0};
};

} // namespace

void Fleet::plug(End a, End b)
{
    cables_[a] = b;
    cables_[b] = a;
    a.member->device.model().set_neighbour(a.port, introduced(*b.member, b.port));
    b.member->device.model().set_neighbour(b.port, introduced(*a.member, a.port));
}

/// The last port of one device leads to the first one of the next.
void Fleet::chain(const std::vector<Member*>& members, Role role)
{
    for (std::size_t i = 1; i < members.size(); ++i) {
        const auto before = ports_of(*members[i - 1], role);
        const auto after = ports_of(*members[i], role);
        if (before.size() < 2 || after.empty()) continue;
        plug({members[i - 1], before.back()}, {members[i], after.front()});
    }
}

void Fleet::connect()
{
    std::vector<Member*> cores;
    std::vector<Member*> others;
    for (const auto& member : members_) {
        if (!ports_of(*member, Role::trunk).empty()) cores.push_back(member.get());
        if (!ports_of(*member, Role::uplink).empty()) others.push_back(member.get());
    }
    chain(cores, Role::ring);
    if (cores.empty()) {
        chain(others, Role::uplink);
    }
    Sockets sockets{cores, Role::trunk};
    for (auto* member : others) {
        for (const auto port : ports_of(*member, Role::uplink)) {
            if (const auto socket = sockets.take()) plug({member, port}, *socket);
        }
    }
    const auto* root = !cores.empty() ? cores.front() : !others.empty() ? others.front() : nullptr;
    for (const auto& member : members_) {
        if (root == nullptr) break;
        member->device.model().set_root(mac_of(root->device.setup().number, chassis_port));
    }
}

std::optional<Fleet::End> Fleet::other_end(Member& member, std::size_t port) const
{
    const auto cable = cables_.find({&member, port});
    if (cable == cables_.end()) return std::nullopt;
    return cable->second;
}

void Fleet::follow(Member& member, std::size_t port, Instant now)
{
    const auto other = other_end(member, port);
    if (!other) return;
    const bool is_up = member.device.model().ports()[port].is_up();
    other->member->device.model().set_link(other->port, is_up, now);
}

void Fleet::set_link(Member& member, std::size_t port, bool is_up, Instant now)
{
    member.device.model().set_link(port, is_up, now);
    follow(member, port, now);
}

void Fleet::set_admin(Member& member, std::size_t port, bool is_up, Instant now)
{
    member.device.model().set_admin(port, is_up, now);
    follow(member, port, now);
}

} // namespace hallmonitor::sim
