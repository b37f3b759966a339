#include "tests/sim/device.hpp"

#include "tests/sim/answer.hpp"

#include <algorithm>

namespace hallmonitor::sim {

Device::Device(DeviceSetup setup, std::shared_ptr<const Blueprint> blueprint)
    : setup_(std::move(setup)), blueprint_(std::move(blueprint)),
      model_(setup_.seed, setup_.number, *blueprint_),
      random_((setup_.seed + setup_.number) * 0x9E3779B97F4A7C15U | 1U)
{}

Datagram Device::answer(ByteView datagram, Instant now, std::span<std::uint8_t> buffer)
{
    Request request;
    ++counts_.requests;
    const bool is_ours = !model_.is_away(now) && parse_request(datagram, request) &&
                         std::equal(
                             request.community.begin(),
                             request.community.end(),
                             setup_.community.begin(),
                             setup_.community.end()
                         ) &&
                         !(request.is_v1 && request.type == tag::get_bulk);
    const bool is_dropped =
        !is_ours || std::any_of(faults_.begin(), faults_.end(), [&](const auto& active) {
            return active.fault->drops != nullptr &&
                   active.fault->drops(request, context(active, now));
        });
    if (is_dropped) {
        ++counts_.ignored;
        return {};
    }
    auto reply = Answer{*this, request, now, buffer}.run();
    for (const auto& active : faults_) {
        if (active.fault->datagram != nullptr) active.fault->datagram(reply, context(active, now));
    }
    ++counts_.replies;
    return reply;
}

void Device::set_fault(
    const Fault& fault, bool is_on, std::optional<std::int64_t> argument, Instant now
)
{
    std::erase_if(faults_, [&](const auto& active) { return active.fault == &fault; });
    if (!is_on) return;
    faults_.push_back({&fault, argument.value_or(fault.argument), now});
    if (fault.begins != nullptr) fault.begins(model_, now, faults_.back().argument);
}

std::vector<std::string_view> Device::faults() const
{
    std::vector<std::string_view> names;
    for (const auto& active : faults_) {
        names.push_back(active.fault->name);
    }
    return names;
}

} // namespace hallmonitor::sim
