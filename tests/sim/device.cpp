#include "tests/sim/device.hpp"

#include "tests/sim/answer.hpp"

#include <algorithm>

namespace hallmonitor::sim {

Device::Device(DeviceSetup setup, std::shared_ptr<const Blueprint> blueprint)
    : setup_(std::move(setup)), blueprint_(std::move(blueprint)),
      model_(setup_.seed, setup_.number, *blueprint_),
      random_((setup_.seed + setup_.number) * 0x9E3779B97F4A7C15U | 1U)
{}

Device::Asked Device::ask(ByteView datagram, Instant now, Request& request)
{
    if (model_.is_away(now)) return Asked::nothing;
    if (parse_request(datagram, request)) {
        const bool is_ours = std::equal(
                                 request.community.begin(),
                                 request.community.end(),
                                 setup_.community.begin(),
                                 setup_.community.end()
                             ) &&
                             !(request.is_v1 && request.type == tag::get_bulk);
        return is_ours ? Asked::plainly : Asked::nothing;
    }
    if (!usm_) return Asked::nothing;
    misdeeds_ = misdeeds(now);
    switch (usm_->open(datagram, engine_time(now), misdeeds_, request)) {
    case UsmEngine::Outcome::ignored: return Asked::nothing;
    case UsmEngine::Outcome::reported: return Asked::wrongly_by_v3;
    case UsmEngine::Outcome::opened: break;
    }
    request.is_v1 = false;
    request.community = {};
    request.takes = usm_->takes();
    request.overhead = UsmEngine::overhead;
    return Asked::by_v3;
}

Datagram Device::answer(ByteView datagram, Instant now, std::span<std::uint8_t> buffer)
{
    Request request;
    ++counts_.requests;
    const auto asked = ask(datagram, now, request);
    const bool is_dropped = asked == Asked::nothing ||
                            std::any_of(faults_.begin(), faults_.end(), [&](const auto& active) {
                                return active.fault->drops != nullptr &&
                                       active.fault->drops(request, context(active, now));
                            });
    if (is_dropped) {
        ++counts_.ignored;
        return {};
    }
    Datagram reply;
    if (asked == Asked::wrongly_by_v3) {
        reply = place(usm_->report(), buffer);
    } else {
        reply = Answer{*this, request, now, buffer}.run();
        if (asked == Asked::by_v3) reply = place(usm_->seal(reply.bytes, misdeeds_), buffer);
    }
    for (const auto& active : faults_) {
        if (active.fault->datagram != nullptr) active.fault->datagram(reply, context(active, now));
    }
    ++counts_.replies;
    return reply;
}

Datagram Device::place(const Bytes& message, std::span<std::uint8_t> buffer)
{
    std::copy(message.begin(), message.end(), buffer.begin());
    return {.bytes = buffer.first(message.size()), .id_end = UsmEngine::id_end(message)};
}

UsmMisdeeds Device::misdeeds(Instant now)
{
    UsmMisdeeds misdeeds;
    for (const auto& active : faults_) {
        if (active.fault->usm != nullptr) active.fault->usm(misdeeds, context(active, now));
    }
    return misdeeds;
}

EngineTime Device::engine_time(Instant now) const
{
    const auto uptime = static_cast<std::int64_t>(model_.uptime(now) / 100);
    const auto restarts = model_.life() - engine_life_;
    const auto shift = restarts == 0 ? engine_shift_ : 0;
    return {
        .boots = engine_set_.boots + restarts,
        .seconds = static_cast<std::uint32_t>(std::max<std::int64_t>(uptime + shift, 0))};
}

void Device::set_engine_time(EngineTime time, Instant now)
{
    engine_set_ = time;
    engine_life_ = model_.life();
    engine_shift_ =
        std::int64_t{time.seconds} - static_cast<std::int64_t>(model_.uptime(now) / 100);
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
