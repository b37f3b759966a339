#include "tests/sim/fleet.hpp"

#include "tests/sim/recording.hpp"

namespace hallmonitor::sim {
namespace {

std::uint64_t key_of(Address address)
{
    return std::uint64_t{address.ip} << 16U | address.port;
}

} // namespace

Fleet::Fleet(std::uint64_t seed, std::string community, std::size_t reply_limit)
    : seed_(seed), community_(std::move(community)), reply_limit_(reply_limit)
{}

std::vector<std::string> Fleet::add(const GroupSetup& group)
{
    std::vector<std::string> faults;
    std::shared_ptr<const Mib> shared;
    std::optional<std::uint64_t> uptime;
    std::size_t ports = group.ports;
    if (group.recording_name.empty()) {
        shared = mib(ports, 0);
    } else {
        auto recording = parse_recording(group.recording);
        for (const auto& bad : recording.bad) {
            faults.push_back(
                group.recording_name + ":" + std::to_string(bad.number) + ": " + bad.reason
            );
        }
        shared = std::make_shared<const Mib>(std::move(recording.objects));
        uptime = recording.uptime;
        ports = 0;
    }
    for (std::uint32_t i = 0; i < group.devices; ++i) {
        const DeviceSetup setup{
            .number = static_cast<std::uint32_t>(members_.size()),
            .seed = seed_,
            .ports = ports,
            .community = community_,
            .reply_limit = reply_limit_};
        const Address address{.ip = group.first.ip + i, .port = group.first.port};
        members_.push_back(std::make_unique<Member>(Member{address, Device{setup, shared}}));
        auto& device = members_.back()->device;
        if (uptime) device.model().set_uptime(*uptime, Instant{0});
        by_address_[key_of(address)] = &device;
    }
    return faults;
}

Device* Fleet::at(Address address)
{
    const auto found = by_address_.find(key_of(address));
    return found == by_address_.end() ? nullptr : found->second;
}

Fleet::Member* Fleet::find(std::string_view name) const
{
    if (const auto number = number_of(name, ~std::uint64_t{0})) {
        return *number < members_.size() ? members_[*number].get() : nullptr;
    }
    for (const auto& candidate : members_) {
        const auto address = to_string(candidate->address);
        if (name == address || name == address.substr(0, address.find(':'))) return candidate.get();
    }
    return nullptr;
}

void Fleet::set_free_port(std::uint16_t port)
{
    for (const auto& member : members_) {
        if (member->address.port != 0) continue;
        by_address_.erase(key_of(member->address));
        member->address.port = port;
        by_address_[key_of(member->address)] = &member->device;
    }
}

bool Fleet::renumber(Member& member, Instant now)
{
    const auto ports = member.device.model().ports().size();
    if (ports == 0) return false;
    member.generation = static_cast<std::uint32_t>((member.generation + 1) % ports);
    member.device.set_mib(mib(ports, member.generation));
    member.device.model().renumbered(now);
    return true;
}

std::shared_ptr<const Mib> Fleet::mib(std::size_t ports, std::uint32_t generation)
{
    auto& shared = mibs_[{ports, generation}];
    if (!shared) shared = std::make_shared<const Mib>(switch_mib(ports, generation));
    return shared;
}

} // namespace hallmonitor::sim
