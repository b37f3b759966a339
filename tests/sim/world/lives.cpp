#include "tests/sim/world/lives.hpp"

#include "common/limits.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;
using collector::DeviceView;
using collector::Interval;
using std::chrono::milliseconds;
using Intervals = std::span<const Interval>;

// Between a change and the moment at which an agent that is there must have noticed: a check, and
// what a reply may take.
constexpr milliseconds notice = 4s;
// Of a device's hundredths and the way of a reply.
constexpr milliseconds fine = 1'500ms;
// Of moments that were computed from others.
constexpr milliseconds rounding = 2ms;

Intervals intervals_of(const std::shared_ptr<const collector::Timeline>& timeline)
{
    return timeline ? timeline->intervals() : Intervals{};
}

// One object: what the books say, and when it was observed.
struct Object {
    std::string name;
    Intervals told;
    std::vector<Sight> sights; // by true time
    const Truth& truth;
    milliseconds hold;
    const Complain& complain;

    /// That state of the books in a stretch of wall time which is not in `allowed`; unknown is one.
    [[nodiscard]] std::optional<WallTime> strays(
        WallTime from, WallTime to, bool unknown, bool up, bool down
    ) const;
    void expect(
        const std::string& what, WallTime from, WallTime to, bool unknown, bool up, bool down
    ) const;
};

std::optional<WallTime> Object::strays(WallTime from, WallTime to, bool unknown, bool up, bool down)
    const
{
    auto at = std::partition_point(told.begin(), told.end(), [&](const Interval& interval) {
        return interval.to <= from;
    });
    while (from < to) {
        const bool is_known = at != told.end() && at->from <= from;
        if (!is_known && !unknown) return from;
        if (is_known && at->state == State::up && !up) return from;
        if (is_known && at->state == State::down && !down) return from;
        if (is_known) {
            from = at->to;
            ++at;
        } else {
            from = at == told.end() ? to : at->from;
        }
    }
    return std::nullopt;
}

void Object::expect(
    const std::string& what, WallTime from, WallTime to, bool unknown, bool up, bool down
) const
{
    if (const auto at = strays(from, to, unknown, up, down))
        complain(
            name + ": " + what + " from " + std::to_string(from.since_epoch.count()) + " to " +
            std::to_string(to.since_epoch.count()) + " ms, and is not at " +
            std::to_string(at->since_epoch.count())
        );
}

milliseconds as_wall(Instant time)
{
    return std::chrono::floor<milliseconds>(time);
}

// The device itself: its agent's verdicts, dated back to the first miss.
void check_device_step(const Object& object, const Sight& a, const Sight& b, milliseconds interval)
{
    const bool is_covered = b.wall - a.wall <= object.hold;
    if (is_covered) object.expect("is known", a.wall, b.wall, false, true, true);
    // What stood at `a` stands so long; later only a `down` that the agent dates back is known.
    if (!is_covered)
        object.expect("is not up", a.wall + object.hold, b.wall - 1s, true, false, true);
    const auto changes = object.truth.changes(a.at - Instant{interval + notice}, b.at);
    if (!changes.empty()) return;
    const bool is_up = object.truth.at(a.at);
    object.expect(is_up ? "is up" : "is down", a.wall, b.wall, true, is_up, !is_up);
    // Whoever is down all that time was so before the agent began to look.
    if (!is_covered && is_up)
        object.expect("is unknown", a.wall + object.hold, b.wall, true, false, false);
}

// A link: its state as read, a change dated by the device.
void check_link_step(const Object& object, const Sight& a, const Sight& b, bool has_restarted)
{
    const auto changes = object.truth.changes(a.at - Instant{fine}, b.at + Instant{fine});
    const bool is_covered = b.wall - a.wall <= object.hold;
    if (is_covered) object.expect("is known", a.wall, b.wall, false, true, true);
    if (changes.size() > 1 || has_restarted) return;
    const bool was_up = object.truth.at(a.at - Instant{fine});
    if (changes.empty()) {
        const WallTime stands = std::min(b.wall, a.wall + object.hold);
        object.expect("stands", a.wall, stands, false, was_up, !was_up);
        object.expect("is unknown", stands, b.wall, true, false, false);
        return;
    }
    const WallTime change = a.wall + as_wall(changes[0] - a.at);
    object.expect("is as before", a.wall, change - fine, true, was_up, !was_up);
    object.expect("is unknown", a.wall + object.hold, change - fine, true, false, false);
    object.expect("is as after", change + fine, b.wall, true, !was_up, was_up);
}

template <class Check>
void check_steps(const Object& object, Check check)
{
    std::vector<Sight> sights = object.sights;
    std::sort(sights.begin(), sights.end(), [](const Sight& a, const Sight& b) {
        return a.at < b.at;
    });
    for (std::size_t i = 1; i < sights.size(); ++i) {
        const Sight& before = sights[i - 1];
        const Sight& sight = sights[i];
        if (sight.from == before.at) {
            check(before, sight);
        } else if (sight.from > before.at) {
            // The one between was lost: it is known by what came after it alone.
            object.expect("is not up", before.wall, sight.from_wall - rounding, true, false, true);
            check({.at = sight.from, .wall = sight.from_wall}, sight);
        } else {
            // An agent that found its spool damaged begins anew.
            object.expect("is not up", before.wall, sight.wall, true, false, true);
        }
    }
    if (sights.empty()) return;
    // Nothing is known before the first sight but a `down` dated back, and nothing long after the
    // last.
    const WallTime end = sights.back().wall;
    object.expect("is unknown", end + object.hold + 1s, end + 24h, true, false, false);
}

const DeviceView* find_device(const collector::Snapshot& snapshot, const DeviceId& id)
{
    for (const auto& device : snapshot.devices)
        if (device->id == id) return device.get();
    return nullptr;
}

} // namespace

void check_sums(const collector::Snapshot& snapshot, WallTime end, const Complain& complain)
{
    const auto check = [&](const std::string& name, Intervals told, const collector::Share& share) {
        milliseconds known{0};
        for (std::size_t i = 0; i < told.size(); ++i) {
            known += told[i].to - told[i].from;
            if (told[i].to <= told[i].from) complain(name + ": an interval without length");
            if (i > 0 && told[i].from < told[i - 1].to) complain(name + ": intervals overlap");
        }
        if (told.empty()) return;
        const milliseconds all = std::max(end, told.back().to) - told.front().from;
        if (share.up + share.down + share.unknown + share.outside != all)
            complain(name + ": its parts do not sum to its life");
        if (share.up + share.down + share.outside < known)
            complain(name + ": more is known by intervals than by sums");
    };
    for (const auto& device : snapshot.devices) {
        const std::string name = device->id.site + " " + device->id.name;
        const auto whole = [&](Intervals told) {
            return std::max(end, told.empty() ? end : told.back().to);
        };
        const Intervals told = intervals_of(device->timeline);
        check(name, told, collector::share_of(*device, WallTime{}, whole(told)));
        for (const auto& row : device->interfaces->rows) {
            const Intervals link = intervals_of(row.timeline);
            check(
                name + " " + device->interfaces->row(row).key,
                link,
                collector::share_of(*device, row, WallTime{}, whole(link))
            );
        }
    }
}

void check_lives(
    const SchoolBooks& school,
    const collector::Snapshot& snapshot,
    const Habits& habits,
    const Complain& complain
)
{
    for (std::size_t number = 0; number < school.site->size(); ++number) {
        const DeviceId id{school.agent.site, Site::name(number)};
        const DeviceView* const view = find_device(snapshot, id);
        if (view == nullptr) {
            if (!school.device[number].empty()) complain(id.site + " " + id.name + " is not there");
            continue;
        }
        const Object device{
            .name = id.site + " " + id.name,
            .told = intervals_of(view->timeline),
            .sights = school.device[number],
            .truth = school.site->is_there(number),
            .hold = evidence_hold(habits.liveness_interval),
            .complain = complain,
        };
        check_steps(device, [&](const Sight& a, const Sight& b) {
            check_device_step(device, a, b, habits.liveness_interval);
        });
        for (std::size_t port = 0; port < school.site->ports(); ++port) {
            const std::string& name = school.site->port_name(port);
            for (const auto& row : view->interfaces->rows) {
                if (view->interfaces->row(row).key != name) continue;
                const Object link{
                    .name = device.name + " " + name,
                    .told = intervals_of(row.timeline),
                    .sights = school.ports[number],
                    .truth = school.site->link(number, port),
                    .hold = evidence_hold(habits.poll_interval),
                    .complain = complain,
                };
                check_steps(link, [&](const Sight& a, const Sight& b) {
                    const bool has_restarted =
                        school.site->life_at(number, a.at) != school.site->life_at(number, b.at);
                    check_link_step(link, a, b, has_restarted);
                });
            }
        }
    }
}

} // namespace hallmonitor::world
