#include "tests/sim/fleet.hpp"

#include "tests/sim/recording.hpp"

#include <algorithm>

namespace hallmonitor::sim {
namespace {

/// Orders the addresses of a port together.
std::uint64_t key_of(Address address)
{
    return std::uint64_t{address.port} << 32U | address.ip;
}

} // namespace

Fleet::Fleet(std::uint64_t seed, std::string community, std::size_t reply_limit)
    : seed_(seed), community_(std::move(community)), reply_limit_(reply_limit)
{}

std::vector<std::string> Fleet::add(const GroupSetup& group)
{
    add_range({group.first, group.devices, members_.size()});
    if (!group.recording_name.empty()) return add_recording(group);
    const auto ports = group.ports > 0 ? group.ports : group.kind->usual_ports;
    for (std::uint32_t i = 0; i < group.devices; ++i) {
        const auto number = static_cast<std::uint32_t>(members_.size());
        auto& member = add_member(group, i, blueprint(*group.kind, ports, 0, number));
        member.kind = group.kind;
        member.size = ports;
    }
    return {};
}

std::vector<std::string> Fleet::add_recording(const GroupSetup& group)
{
    auto recording = parse_recording(group.recording);
    Blueprint made;
    made.mib = Mib{std::move(recording.objects)};
    const auto shared = std::make_shared<const Blueprint>(std::move(made));
    for (std::uint32_t i = 0; i < group.devices; ++i) {
        auto& model = add_member(group, i, shared).device.model();
        if (recording.uptime) model.set_uptime(*recording.uptime, Instant{0});
    }
    std::vector<std::string> faults;
    for (const auto& bad : recording.bad) {
        faults.push_back(
            group.recording_name + ":" + std::to_string(bad.number) + ": " + bad.reason
        );
    }
    return faults;
}

Fleet::Member& Fleet::add_member(
    const GroupSetup& group, std::uint32_t offset, std::shared_ptr<const Blueprint> blueprint
)
{
    const DeviceSetup setup{
        .number = static_cast<std::uint32_t>(members_.size()),
        .seed = seed_,
        .community = community_,
        .reply_limit = reply_limit_};
    const Address address{.ip = group.first.ip + offset, .port = group.first.port};
    members_.push_back(std::make_unique<Member>(Member{address, Device{setup, std::move(blueprint)}}
    ));
    auto& device = members_.back()->device;
    if (!users_.empty()) {
        auto id = group.engine_id.empty() ? engine_id_of(setup.number) : group.engine_id;
        const auto seed = seed_ + setup.number;
        device.add_usm(std::make_shared<UsmEngine>(users_, std::move(id), seed));
    }
    return *members_.back();
}

void Fleet::add_range(Range range)
{
    const auto place =
        std::upper_bound(ranges_.begin(), ranges_.end(), range, [](const Range& a, const Range& b) {
            return key_of(a.first) < key_of(b.first);
        });
    ranges_.insert(place, range);
}

Device* Fleet::at(Address address)
{
    const auto behind = std::upper_bound(
        ranges_.begin(),
        ranges_.end(),
        address,
        [](Address wanted, const Range& range) { return key_of(wanted) < key_of(range.first); }
    );
    if (behind == ranges_.begin()) return nullptr;
    const auto& range = *(behind - 1);
    const auto offset = address.ip - range.first.ip;
    if (address.port != range.first.port || offset >= range.devices) return nullptr;
    return &members_[range.member + offset]->device;
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
        if (member->address.port == 0) member->address.port = port;
    }
    auto ranges = std::move(ranges_);
    ranges_.clear();
    for (auto& range : ranges) {
        if (range.first.port == 0) range.first.port = port;
        add_range(range);
    }
}

void Fleet::begin_chaos(const ChaosSetup& setup, Instant now)
{
    std::vector<Victim> victims;
    for (const auto& member : members_) {
        const auto& blueprint = member->device.blueprint();
        Victim victim{.number = member->device.setup().number};
        for (const auto& port : blueprint.ports) {
            if (port.is_link_up && port.is_admin_up) victim.ports.push_back(port.name);
        }
        for (const auto& signal : *blueprint.signals) {
            if (signal.failed) victim.signals.push_back(signal.name);
        }
        victim.can_renumber = member->kind != nullptr && blueprint.ports.size() > 1;
        victims.push_back(std::move(victim));
    }
    schedule_.begin_chaos(Chaos{setup, std::move(victims)}, now);
}

bool Fleet::renumber(Member& member, Instant now)
{
    const auto ports = member.device.model().ports().size();
    if (member.kind == nullptr || ports < 2) return false;
    member.generation = static_cast<std::uint32_t>((member.generation + 1) % ports);
    const auto number = member.device.setup().number;
    member.device.renumber(blueprint(*member.kind, member.size, member.generation, number), now);
    return true;
}

std::shared_ptr<const Blueprint> Fleet::blueprint(
    const Kind& kind, std::size_t ports, std::uint32_t generation, std::uint32_t device
)
{
    const auto whose = kind.is_personal ? device : 0;
    auto& shared = blueprints_[{&kind, ports, generation, whose}];
    if (!shared) {
        shared = std::make_shared<const Blueprint>(make_blueprint(kind, ports, generation, whose));
    }
    return shared;
}

} // namespace hallmonitor::sim
