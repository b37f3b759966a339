#include "tests/sim/chaos.hpp"

#include "tests/sim/faults.hpp"

namespace hallmonitor::sim {
namespace {

/// Of a hundred troubles: the rest are faults of the table.
constexpr std::uint64_t reboots = 12;
constexpr std::uint64_t renumberings = 8;
constexpr std::uint64_t flaps = 15;
constexpr std::uint64_t failures = 15;

} // namespace

Chaos::Chaos(ChaosSetup setup, std::vector<Victim> victims)
    : setup_(setup), victims_(std::move(victims)), asked_(victims_.size())
{}

std::uint64_t Chaos::below(std::size_t victim, std::uint64_t limit)
{
    const auto question = std::uint64_t{victims_[victim].number} << 32U | asked_[victim]++;
    return mixed(setup_.seed, question) % limit;
}

Trouble Chaos::next(std::size_t victim, Instant after)
{
    const auto& who = victims_[victim];
    const auto up_to = [&](std::chrono::seconds most) {
        const auto milliseconds = std::chrono::milliseconds{most}.count();
        const auto chosen = below(victim, static_cast<std::uint64_t>(milliseconds)) + 1;
        return Instant{std::chrono::milliseconds{static_cast<std::int64_t>(chosen)}};
    };
    const auto one_of = [&](const auto& choices) -> const auto&
    {
        return choices[below(victim, choices.size())];
    };
    Trouble trouble;
    trouble.begins = after + up_to(setup_.calm);
    const auto lasts = up_to(setup_.trouble);
    trouble.ends = trouble.begins + lasts;
    const auto device = ' ' + std::to_string(who.number);
    auto chance = below(victim, 100);
    const auto falls_on = [&](std::uint64_t share) {
        const bool is_it = chance < share;
        chance -= is_it ? 0 : share;
        return is_it;
    };
    if (falls_on(reboots)) {
        trouble.begin = "reboot" + device + ' ' + std::to_string(lasts.count() / 1'000);
    } else if (falls_on(renumberings) && who.can_renumber) {
        trouble.begin = "renumber" + device;
    } else if (falls_on(flaps) && !who.ports.empty()) {
        const auto link = "link" + device + ' ' + one_of(who.ports);
        trouble.begin = link + " down";
        trouble.end = link + " up";
    } else if (falls_on(failures) && !who.signals.empty()) {
        const auto set = "set" + device + ' ' + one_of(who.signals);
        trouble.begin = set + " failed";
        trouble.end = set + " auto";
    } else {
        const auto fault = "fault" + device + ' ' + std::string{one_of(fault_table()).name};
        trouble.begin = fault + " on";
        trouble.end = fault + " off";
    }
    return trouble;
}

} // namespace hallmonitor::sim
