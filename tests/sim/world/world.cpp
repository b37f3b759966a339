#include "tests/sim/world/world.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr WallTime began{std::chrono::seconds{1'767'571'200}}; // 2026-01-05 00:00 UTC
constexpr Instant look_period = 60s;
constexpr Instant rest_step = 60s;
constexpr Instant longest_rest = 4h;
constexpr Instant after_rest = 5min; // of quiet, so that the newest is in the books

School::Setup school_setup(const WorldSetup& setup, std::size_t place)
{
    const std::uint64_t seed = sim::mixed(setup.seed, 100 + place);
    const auto seconds = static_cast<std::uint64_t>(std::max(setup.length / 1s, Instant::rep{1}));
    const Instant wraps =
        setup.uptimes_wrap ? 1s * (1 + sim::mixed(seed, 9) % seconds) : Instant{0};
    return {
        .agent = {"school-" + std::to_string(place), "agent"},
        .place = place,
        .seed = seed,
        .site =
            {.devices = setup.devices,
             .ports = setup.ports,
             .seed = seed,
             .is_narrow = setup.counters_wrap,
             .uptime_wraps = wraps},
        .habits = setup.habits,
        .spool =
            {.sizes = {.max_bytes = setup.spool_bytes, .segment_bytes = setup.segment_bytes},
             .fsync_period = 1s},
        .clock_offset = std::chrono::milliseconds{sim::mixed(seed, 7) % 4'000},
        .began = began,
        .mutations = setup.mutations,
    };
}

Figures figures_of(
    const collector::Snapshot& snapshot, const collector::ledger_test::MemoryDb& books
)
{
    Figures figures;
    for (const auto& device : snapshot.devices) {
        const std::string name = device->id.site + " " + device->id.name;
        const auto device_life = device->timeline->intervals();
        figures.lives[name] = {device_life.begin(), device_life.end()};
        for (const auto& row : device->interfaces->rows) {
            if (!row.timeline) continue;
            const auto life = row.timeline->intervals();
            figures.lives[name + " " + device->interfaces->row(row).key] = {
                life.begin(), life.end()};
        }
    }
    for (const auto& [place, sums] : books.rollups()) {
        const auto& [table, component, hour] = place;
        const std::string name = table.site + " " + table.device + " " + component + " at " +
                                 std::to_string(hour.since_epoch.count());
        const std::array octets{
            sums[collector::counter_slot(Metric::if_in_octets)],
            sums[collector::counter_slot(Metric::if_out_octets)]};
        if (octets != std::array<std::uint64_t, 2>{}) figures.hours[name] = octets;
    }
    return figures;
}

} // namespace

World::World(const WorldSetup& setup)
    : setup_(setup), oracle_(events_), books_(setup.store), clock_was_set_(setup.schools, false)
{
    build_schools();
    start_collector();
    for (const auto& school : schools_)
        school->start_agent();
    plan_faults();
    look();
}

World::~World() = default;

void World::build_schools()
{
    for (std::size_t place = 0; place < setup_.schools; ++place)
        schools_.push_back(std::make_unique<School>(
            events_,
            oracle_,
            school_setup(setup_, place),
            [this](School& school) { return dial(school); }
        ));
}

WallTime World::wall() const
{
    return began + std::chrono::floor<std::chrono::milliseconds>(events_.now());
}

std::shared_ptr<Connection> World::dial(School& school)
{
    Line& line = school.line();
    if (!line.carries(Side::agent) || !line.carries(Side::collector) || !collector_) return nullptr;
    auto connection = line.connect();
    const AgentId agent = school.setup().agent;
    later(2 * line.latency(), [this, agent, connection] {
        if (!connection->is_open(Side::agent)) return;
        if (!collector_) return connection->reset();
        collector_->accept(agent, connection);
    });
    return connection;
}

void World::start_collector()
{
    if (collector_) return;
    collector_ = std::make_unique<Collector>(
        events_, [] {}, books_, oracle_, [this] { return wall(); }, setup_.mutations
    );
    collector_->start();
}

void World::stop_collector(Instant away)
{
    collector_.reset();
    oracle_.collector_died();
    later(std::max(away, Instant{1s}), [this] { start_collector(); });
}

// Memory and disk are looked at from outside, now and then.
void World::look()
{
    for (const auto& school : schools_) {
        const std::uint64_t used = school->disk().used();
        report_.most_spool_bytes = std::max(report_.most_spool_bytes, used);
        // One segment beyond the limit may be open, and four damaged files are kept.
        if (used > setup_.spool_bytes + 6 * setup_.spool_bytes / 8)
            oracle_.complain("a spool takes " + std::to_string(used) + " octets");
    }
    if (collector_) {
        const std::size_t open = collector_->open_connections();
        report_.most_connections = std::max(report_.most_connections, open);
        if (open > 4 * schools_.size() + 4)
            oracle_.complain(std::to_string(open) + " connections are open");
    }
    later(look_period, [this] { look(); });
}

WorldReport World::run()
{
    const auto has_failed = [this] { return !oracle_.complaints().empty(); };
    events_.run_until(setup_.length, has_failed);
    rest();
    if (!has_failed()) judge();
    report_.complaints = oracle_.complaints();
    report_.counts = oracle_.counts();
    report_.events = events_.happened();
    return report_;
}

// Nothing goes wrong any more: what was kept must arrive.
void World::rest()
{
    const auto has_failed = [this] { return !oracle_.complaints().empty(); };
    const Instant latest = events_.now() + longest_rest;
    std::size_t left = 1;
    while (left > 0 && !has_failed() && events_.now() < latest) {
        events_.run_until(events_.now() + rest_step, has_failed);
        const bool is_up =
            collector_ && std::all_of(schools_.begin(), schools_.end(), [](const auto& school) {
                return school->agent();
            });
        // Of each school the newest few are always under way.
        left =
            is_up && events_.now() >= setup_.rest_until && oracle_.waiting() <= 8 * schools_.size()
                ? 0
                : std::max<std::size_t>(oracle_.waiting(), 1);
    }
    report_.rested = events_.now();
    if (left > 0 && !has_failed())
        oracle_.complain(std::to_string(left) + " batches were not told in hours of quiet");
    for (const auto& school : schools_)
        school->stop_watching();
    events_.run_until(events_.now() + after_rest, has_failed);
}

void World::judge()
{
    using collector::Ledger;
    // What is in the journal alone is written with its tables, an hour later at most.
    Ledger ledger{books_.image()};
    ledger.heard(schools_[0]->setup().agent, wall() + 2h);
    books_.set_refuses(false);
    const auto checkpoint = ledger.take_checkpoint();
    if (!books_.write(checkpoint)) oracle_.complain("the books cannot be written");
    oracle_.check_books(books_.memory());
    Ledger last{books_.image()};
    const auto snapshot = last.snapshot(wall() + 2h);
    const auto complain = [this](const std::string& what) { oracle_.complain(what); };
    check_sums(*snapshot, wall() + 2h, complain);
    for (std::size_t place = 0; place < schools_.size(); ++place)
        if (!clock_was_set_[place])
            check_lives(oracle_.lives()[place], *snapshot, setup_.habits, complain);
    figures_ = figures_of(*snapshot, books_.memory());
}

} // namespace hallmonitor::world
