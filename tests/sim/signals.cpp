#include "tests/sim/signals.hpp"

#include <algorithm>

namespace hallmonitor::sim {
namespace {

constexpr std::int64_t microseconds_an_hour = 3'600'000'000;

std::int64_t swung(const SignalSpec& spec, std::uint64_t phase, Instant now)
{
    const auto period = static_cast<std::uint64_t>(Instant{spec.period}.count());
    if (period == 0) return spec.low;
    const auto place = (static_cast<std::uint64_t>(now.count()) + phase) % period;
    const auto rise = static_cast<double>(std::min(place, period - place)) * 2;
    const auto span = static_cast<double>(spec.high - spec.low);
    return spec.low + static_cast<std::int64_t>(span * rise / static_cast<double>(period));
}

} // namespace

Signals::Signals(std::uint64_t seed, std::uint32_t device, Specs specs)
    : specs_(std::move(specs)), states_(specs_->size())
{
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const auto chance = mixed(seed, (std::uint64_t{device} << 32U) + 0x80000000U + i);
        // A counter has run for up to a thousand hours; a swing is anywhere on its way.
        states_[i].base = is_counter(i) ? spec(i).an_hour * (chance % 1'000) : chance >> 20U;
    }
}

std::optional<std::size_t> Signals::find(std::string_view name) const
{
    const auto found = std::find_if(specs_->begin(), specs_->end(), [&](const auto& spec) {
        return spec.name == name;
    });
    if (found == specs_->end()) return std::nullopt;
    return static_cast<std::size_t>(found - specs_->begin());
}

std::int64_t Signals::value(std::size_t signal, Instant now) const
{
    const auto& state = states_[signal];
    if (state.ordered) return *state.ordered;
    if (spec(signal).formula) return spec(signal).formula(*this, now);
    if (!is_counter(signal)) return swung(spec(signal), state.base, now);
    const auto elapsed = std::max<std::int64_t>(0, (now - state.since).count());
    const auto rate = static_cast<std::int64_t>(spec(signal).an_hour);
    return static_cast<std::int64_t>(state.base) + rate * (elapsed / microseconds_an_hour) +
           rate * (elapsed % microseconds_an_hour) / microseconds_an_hour;
}

Instant Signals::since(std::size_t signal, Instant now) const
{
    return std::max(Instant{0}, now - states_[signal].since);
}

void Signals::set(std::size_t signal, std::int64_t value, Instant now)
{
    auto& state = states_[signal];
    if (is_counter(signal)) {
        state.base = static_cast<std::uint64_t>(value);
        state.since = now;
        return;
    }
    const auto before = this->value(signal, now);
    state.ordered = value;
    if (before == value) return;
    state.lasted = since(signal, now);
    state.since = now;
    state.rises += before == 0 ? 1 : 0;
}

void Signals::release(std::size_t signal, Instant now)
{
    auto& state = states_[signal];
    if (!state.ordered) return;
    state.ordered.reset();
    state.lasted = since(signal, now);
    state.since = now;
}

void Signals::restart(Instant at)
{
    for (std::size_t i = 0; i < states_.size(); ++i) {
        if (!is_counter(i)) continue;
        states_[i].base = 0;
        states_[i].since = at;
    }
}

} // namespace hallmonitor::sim
