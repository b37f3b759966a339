#include "tests/sim/world/watching.hpp"

#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr auto tick_period = 50ms;
constexpr auto least_hurry_gap = 250ms;
constexpr Instant one_way = 1ms;

agent::DeviceConfig config_of(std::size_t number, const Habits& habits)
{
    agent::DeviceConfig config;
    config.name = Site::name(number);
    config.address = Site::address(number).to_string();
    config.snmp = agent::SnmpSettings{};
    config.liveness.interval = habits.liveness_interval;
    config.poll_interval = habits.poll_interval;
    config.watch.names = {"*"};
    return config;
}

} // namespace

Watching::Watching(
    const Life& life,
    Site& site,
    Recording& recording,
    Clock clock,
    const Habits& habits,
    std::uint64_t seed
)
    : life_(life), site_(site), recording_(recording), clock_(std::move(clock)), engine_(seed)
{
    for (std::size_t number = 0; number < site.size(); ++number) {
        const auto small = static_cast<std::uint32_t>(number);
        configs_.push_back(config_of(number, habits));
        reports_.emplace_back(configs_.back());
        engine_.add(small, configs_.back(), Site::address(number), clock_());
        liveness_.add(small, configs_.back().liveness, true, true, clock_());
    }
}

void Watching::start()
{
    tick();
}

void Watching::tick()
{
    if (is_stopped_) return;
    const MonoTime now = clock_();
    engine_.tick(now);
    for (const agent::Probe& probe : liveness_.tick(now)) {
        if (probe.kind == agent::ProbeKind::snmp) {
            engine_.probe(probe.device, now);
            continue;
        }
        life_.after(one_way, [this, probe] {
            if (!site_.answers_ping(probe.device, life_.now())) return;
            life_.after(one_way, [this, probe] {
                liveness_.ping_answered(probe.device, probe.sequence, clock_());
                take_results();
            });
        });
    }
    take_results();
    hurry();
    life_.after(tick_period, [this] { tick(); });
}

void Watching::take_reply(std::size_t number, const std::vector<std::byte>& bytes)
{
    const MonoTime now = clock_();
    if (const auto answered = engine_.feed(Site::address(number), bytes, now))
        liveness_.answered(*answered, now);
    take_results();
}

void Watching::take_results()
{
    for (const agent::Engine::Ended& ended : engine_.take_ended())
        take_outcome(ended.number, ended.outcome);
    for (const agent::Verdict& verdict : liveness_.take_verdicts())
        take_verdict(verdict);
    flush();
}

void Watching::take_outcome(std::uint32_t number, const agent::PollOutcome& outcome)
{
    for (const Event& event : reports_[number].take(outcome, clock_()))
        recording_.add(event);
    if (outcome.definition) {
        recording_.define(*outcome.definition);
        engine_.forget_names(number);
    }
    if (outcome.reading)
        recording_.add(configs_[number].name, TableKind::interface, *outcome.reading);
}

void Watching::take_verdict(const agent::Verdict& verdict)
{
    const std::uint32_t number = verdict.device;
    engine_.set_down(number, verdict.state == State::down);
    has_news_ = reports_[number].take(verdict) || has_news_;
    if (const auto table = reports_[number].take_table(&engine_.device(number)))
        recording_.define(*table);
    if (const auto reading = reports_[number].take_reading())
        recording_.add(configs_[number].name, TableKind::device, *reading);
}

void Watching::hurry()
{
    const MonoTime now = clock_();
    if (!has_news_ || now - hurried_at_ < least_hurry_gap) return;
    has_news_ = false;
    hurried_at_ = now;
    recording_.hurry();
}

void Watching::flush()
{
    for (const agent::Outgoing& outgoing : engine_.outgoing()) {
        const auto bytes = engine_.buffer().subspan(outgoing.offset, outgoing.size);
        const std::size_t number = outgoing.to.bytes.back() - 1U;
        // The device answers as it is a moment from now: nothing else happens in between to it.
        for (Site::Reply& reply : site_.ask(number, bytes, life_.now() + one_way))
            life_.after(2 * one_way + reply.delay, [this, number, bytes = std::move(reply.bytes)] {
                take_reply(number, bytes);
            });
    }
    engine_.clear_outgoing();
}

} // namespace hallmonitor::world
