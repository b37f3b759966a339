#include "tests/sim/world/school.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t line_bytes_per_second = 1'000'000;
constexpr std::chrono::microseconds boot_time = 20s; // from the kernel's start to the agent's

} // namespace

School::School(Events& events, Oracle& oracle, const Setup& setup, Dial dial)
    : events_(events), oracle_(oracle), setup_(setup), dial_(std::move(dial)), site_(setup.site),
      disk_(sim::mixed(setup.seed, 10)),
      line_(events, line_bytes_per_second, sim::mixed(setup.seed, 11)),
      boots_{{.number = sim::mixed(setup.seed, 100), .at = Instant{0}}},
      clock_offset_(setup.clock_offset)
{
    disk_.set_hook([this](SimDisk::Call call, const std::string& name) {
        return on_disk_call(call, name);
    });
    if (setup.mutations.syncs_nothing) disk_.lie_about_syncs();
    oracle_.add({
        .agent = setup.agent,
        .site = &site_,
        .true_time = [this](std::uint64_t boot, MonoTime at) { return true_time(boot, at); },
    });
}

School::~School() = default;

boost::system::error_code School::on_disk_call(SimDisk::Call call, const std::string& name)
{
    if (calls_left_ > 0 && --calls_left_ == 0) throw Killed{};
    return trouble ? trouble(call, name) : boost::system::error_code{};
}

MonoTime School::mono() const
{
    return MonoTime{events_.now() - boots_.back().at + boot_time};
}

WallTime School::wall() const
{
    return setup_.began + std::chrono::floor<std::chrono::milliseconds>(events_.now()) +
           clock_offset_;
}

Instant School::true_time(std::uint64_t boot, MonoTime at) const
{
    const auto found = std::find_if(boots_.begin(), boots_.end(), [&](const Boot& known) {
        return known.number == boot;
    });
    if (found == boots_.end()) return Instant{-1};
    return found->at + (at.since_boot - boot_time);
}

Agent::Setup School::agent_setup()
{
    const std::uint64_t life = ++lives_;
    return {
        .name = setup_.agent.name,
        .epoch = Epoch{sim::mixed(setup_.seed, 10'000 + life)},
        .boot = boots_.back().number,
        .seed = sim::mixed(setup_.seed, 20'000 + life),
        .habits = setup_.habits,
        .spool = setup_.spool,
        .mono = [this] { return mono(); },
        .wall = [this] { return wall(); },
        .reuses_numbers = setup_.mutations.reuses_numbers,
        .dial = [this] { return dial_(*this); },
    };
}

void School::start_agent()
{
    if (agent_) return;
    if (events_.now() < boots_.back().at) return begin_again(boots_.back().at - events_.now());
    const auto killed = [this] {
        end_agent();
        begin_again(killed_for_);
    };
    const Agent::Setup setup = agent_setup();
    agent_ = std::make_unique<Agent>(events_, killed, setup, disk_, pace_, site_);
    oracle_.began(setup_.place, setup.epoch);
    watch(*agent_);
    try {
        if (agent_->start()) {
            agent_->uplink().on_send = [this](Seq seq, const std::vector<std::byte>& bytes) {
                oracle_.sent(setup_.place, seq, bytes);
            };
            return;
        }
        killed_for_ = 5s; // the service manager tries again
    } catch (const Killed&) {
    }
    killed();
}

void School::watch(Agent& agent)
{
    const std::size_t who = setup_.place;
    const auto note_durable = [this, &agent, who] {
        oracle_.durable(who, agent.spool().front().durable());
    };
    agent.on_opened = note_durable;
    agent.spool().on_append = [this, who](const SealedBatch& batch) { oracle_.sealed(who, batch); };
    agent.spool().on_news = note_durable;
    agent.spool().on_drop = [this, who](Seq segment) { oracle_.dropped(who, segment); };
    agent.spool().on_thin = [this, who](Seq segment) { oracle_.thinned(who, segment); };
}

void School::end_agent()
{
    agent_.reset();
    disk_.release();
    calls_left_ = 0;
}

void School::begin_again(Instant away)
{
    events_.after(std::max(away, Instant{1s}), [this, alive = std::weak_ptr{alive_}] {
        if (!alive.expired()) start_agent();
    });
}

void School::kill_agent(Instant away)
{
    if (!agent_) return;
    end_agent();
    begin_again(away);
}

void School::cut_power(Instant away)
{
    line_.vanish_all(Side::agent);
    const bool was_running = agent_ != nullptr;
    end_agent();
    disk_.cut_power();
    boots_.push_back({
        .number = sim::mixed(setup_.seed, 100 + boots_.size()),
        .at = events_.now() + std::max(away, Instant{boot_time}),
    });
    if (was_running) begin_again(Instant{0});
}

void School::kill_in_disk_call(unsigned calls, Instant away)
{
    calls_left_ = calls;
    killed_for_ = away;
}

} // namespace hallmonitor::world
