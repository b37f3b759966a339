// What each fault of the plan does to the world.

#include "tests/sim/world/world.hpp"

#include <algorithm>
#include <cerrno>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr unsigned most_disk_calls = 40;

bool is_hit(FaultKind kind, SimDisk::Call call)
{
    using Call = SimDisk::Call;
    if (kind == FaultKind::disk_sync_fails) return call == Call::sync || call == Call::sync_names;
    if (kind == FaultKind::disk_read_fails) return call == Call::open || call == Call::read;
    return call == Call::create || call == Call::write;
}

} // namespace

void World::plan_faults()
{
    for (const Fault& fault : setup_.faults) {
        events_.at(fault.at, [this, fault] { strike(fault); });
        setup_.rest_until = std::max(setup_.rest_until, fault.at + fault.lasts);
    }
}

void World::strike(const Fault& fault)
{
    ++report_.faults[std::string{info(fault.kind).name}];
    School& school = *schools_[fault.who];
    switch (fault.kind) {
    case FaultKind::collector_kill:
    case FaultKind::collector_power_cut:
    case FaultKind::books_refuse: return strike_collector(fault);
    case FaultKind::agent_kill:
    case FaultKind::agent_power_cut:
    case FaultKind::agent_kill_in_disk_call: return strike_agent(school, fault);
    case FaultKind::line_cut:
    case FaultKind::line_reset:
    case FaultKind::line_deaf_to_agent:
    case FaultKind::line_deaf_to_collector:
    case FaultKind::line_slow: return strike_line(school, fault);
    case FaultKind::disk_full:
    case FaultKind::disk_sync_fails:
    case FaultKind::disk_write_fails:
    case FaultKind::disk_read_fails:
    case FaultKind::disk_slow:
    case FaultKind::disk_bit_flip: return strike_disk(school, fault);
    case FaultKind::clock_forward:
    case FaultKind::clock_back:
    case FaultKind::clock_1970: return strike_clock(school, fault);
    default: return strike_device(school, fault);
    }
}

void World::strike_collector(const Fault& fault)
{
    if (fault.kind == FaultKind::books_refuse) {
        books_.set_refuses(true);
        return later(fault.lasts, [this] { books_.set_refuses(false); });
    }
    if (fault.kind == FaultKind::collector_power_cut)
        for (const auto& school : schools_)
            school->line().vanish_all(Side::collector);
    if (collector_) stop_collector(fault.lasts);
}

void World::strike_agent(School& school, const Fault& fault)
{
    if (fault.kind == FaultKind::agent_kill) return school.kill_agent(fault.lasts);
    if (fault.kind == FaultKind::agent_power_cut) return school.cut_power(fault.lasts);
    const auto calls = static_cast<unsigned>(1 + fault.chance % most_disk_calls);
    school.kill_in_disk_call(calls, fault.lasts);
}

void World::strike_line(School& school, const Fault& fault)
{
    Line& line = school.line();
    switch (fault.kind) {
    case FaultKind::line_cut:
        line.set_cut(true);
        return later(fault.lasts, [&line] { line.set_cut(false); });
    case FaultKind::line_reset: return line.reset_all();
    case FaultKind::line_deaf_to_agent:
    case FaultKind::line_deaf_to_collector: {
        const Side to = fault.kind == FaultKind::line_deaf_to_agent ? Side::agent : Side::collector;
        line.set_deaf(to, true);
        return later(fault.lasts, [&line, to] { line.set_deaf(to, false); });
    }
    default: break;
    }
    line.set_latency(Instant{static_cast<std::int64_t>(fault.chance % 20'000'000)});
    later(fault.lasts, [&line] { line.set_latency(Line::usual_latency); });
}

void World::strike_disk(School& school, const Fault& fault)
{
    SimDisk& disk = school.disk();
    switch (fault.kind) {
    case FaultKind::disk_full:
        disk.set_capacity(disk.used() * (fault.chance % 100) / 100);
        return later(fault.lasts, [&disk] { disk.set_capacity(~std::uint64_t{0}); });
    case FaultKind::disk_bit_flip: {
        const std::string name = disk.flip_a_bit();
        if (name.ends_with(".seg") || name.ends_with(".sent"))
            oracle_.damaged(fault.who, Seq{std::stoull(name.substr(0, name.find('.')))});
        return;
    }
    case FaultKind::disk_slow:
        school.pace().sync = Instant{static_cast<std::int64_t>(fault.chance % 10'000'000)};
        return later(fault.lasts, [&school] { school.pace() = DiskPace{}; });
    default: break;
    }
    const FaultKind kind = fault.kind;
    // Each time, or now and then.
    const bool always = fault.chance % 2 == 0;
    school.trouble =
        [kind, always, left = fault.chance](SimDisk::Call call, const std::string&) mutable
        -> boost::system::error_code {
        left = sim::mixed(left, 1);
        if (!is_hit(kind, call) || (!always && left % 3 != 0)) return {};
        return disk_error(kind == FaultKind::disk_write_fails ? EROFS : EIO);
    };
    later(fault.lasts, [&school] { school.trouble = {}; });
}

void World::strike_clock(School& school, const Fault& fault)
{
    clock_was_set_[fault.who] = true;
    const auto some = std::chrono::milliseconds{fault.chance % 7'200'000};
    if (fault.kind == FaultKind::clock_forward) return school.move_clock(some);
    if (fault.kind == FaultKind::clock_back)
        return school.move_clock(-std::min(some, school.wall().since_epoch));
    // A machine without a battery clock, until it has asked for the time.
    const auto back = school.wall().since_epoch - some;
    school.move_clock(-back);
    later(fault.lasts, [&school, back] { school.move_clock(back); });
}

void World::strike_device(School& school, const Fault& fault)
{
    Site& site = school.site();
    const std::size_t device = fault.chance % site.size();
    const std::size_t port = fault.chance / 1'000 % site.ports();
    const Instant now = events_.now();
    switch (fault.kind) {
    case FaultKind::device_reboot: return site.reboot(device, now, fault.lasts + 15s);
    case FaultKind::device_renumber: return site.renumber(device, now);
    case FaultKind::device_dark:
        site.set_dark(device, true, now);
        return later(fault.lasts, [this, &site, device] {
            site.set_dark(device, false, events_.now());
        });
    case FaultKind::device_stall:
        site.set_fault(device, "silence", true, now);
        return later(fault.lasts, [this, &site, device] {
            site.set_fault(device, "silence", false, events_.now());
        });
    default: break;
    }
    const bool was_up = site.link(device, port).at(now);
    site.set_link(device, port, !was_up, now);
    later(fault.lasts, [this, &site, device, port, was_up] {
        site.set_link(device, port, was_up, events_.now());
    });
}

} // namespace hallmonitor::world
