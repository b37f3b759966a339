#include "tests/sim/world/agent.hpp"

#include "agent/profile/device_table.hpp"

#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr auto vitals_period = 10s;

} // namespace

Agent::Agent(
    Events& events,
    std::function<void()> on_killed,
    Setup setup,
    SimDisk& disk,
    const DiskPace& pace,
    Site& site
)
    : setup_(std::move(setup)), life_(events, std::move(on_killed)), site_(site),
      spool_(life_, disk, pace, setup_.spool)
{}

BatchEncoder Agent::encoder_after(const Spool::Opened& opened) const
{
    BatchEncoder encoder{setup_.epoch, spool_.front().next_seq(), setup_.boot};
    BatchDecoder newest;
    for (const std::vector<std::byte>& batch : opened.newest_segment)
        if (!newest.decode(batch)) break;
    encoder.restore(newest);
    return encoder;
}

Result<void> Agent::start()
{
    const auto opened = spool_.open(setup_.epoch, setup_.reuses_numbers);
    if (!opened) return opened.error();
    if (on_opened) on_opened();
    recording_.emplace(life_, spool_, encoder_after(*opened), [this] { return anchor(); });
    watching_.emplace(
        life_, site_, *recording_, setup_.mono, setup_.habits, sim::mixed(setup_.seed, 1)
    );
    uplink_.emplace(
        life_,
        spool_,
        *recording_,
        setup_.dial,
        [this] { return anchor(); },
        setup_.boot,
        sim::mixed(setup_.seed, 2)
    );
    for (const std::string& damage : opened->damage)
        recording_->add(Event{setup_.mono(), "", "spool_damage", damage});
    recording_->start();
    recording_->define(agent::agent_table(vitals_period, "simulated"));
    watching_->start();
    tell_vitals();
    uplink_->start();
    return {};
}

void Agent::tell_vitals()
{
    if (watching_->is_stopped()) return;
    const agent::SpoolStatus spooled = spool_.front().status();
    const agent::AgentVitals vitals{
        .spool_bytes = spooled.bytes,
        .spool_segments = spooled.segments,
        .dropped_spool_full = spooled.dropped[agent::Loss::spool_full],
        .thinned_readings = spooled.thinned_readings,
        .polls = watching_->counts().cycles,
        .devices = site_.size(),
    };
    const TableDefinition table = agent::agent_table(vitals_period, "simulated");
    recording_->add(table.device, TableKind::agent, agent::agent_reading(vitals, setup_.mono()));
    life_.after(vitals_period, [this] { tell_vitals(); });
}

} // namespace hallmonitor::world
