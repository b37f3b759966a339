#include "agent/poll/uptime_watch.hpp"

#include "agent/poll/scalar_read.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// A sysUpTime that is this close to 2^32 when it falls has wrapped (497 days), not restarted.
constexpr auto wrap_slack = 10min;
constexpr milliseconds wrap{(std::int64_t{1} << 32) * 10};

// Some agents refresh it every few seconds only.
constexpr auto frozen_after = 30s;

// Clocks of devices go a little wrong, and replies take their time.
constexpr milliseconds clock_slack = 30s;

milliseconds age(DeviceTicks uptime)
{
    return milliseconds{std::int64_t{uptime.centiseconds} * 10};
}

// It went on, but by less than the time that passed, all of which it may have run since a restart.
bool began_meanwhile(DeviceTicks last, DeviceTicks uptime, milliseconds passed)
{
    const milliseconds slack = std::max(clock_slack, passed / 50);
    const bool lags = age(uptime) - age(last) + slack < passed;
    return lags && age(uptime) <= passed + slack;
}

} // namespace

bool UptimeWatch::note(DeviceTicks uptime, MonoTime now)
{
    bool restarted = false;
    const auto passed = std::chrono::duration_cast<milliseconds>(now - last_at_);
    if (last_ && uptime < *last_) {
        if (behind_ > 0ms && age(*last_) - age(uptime) <= behind_) return false;
        restarted = age(*last_) + passed + wrap_slack < wrap;
    } else if (last_ && uptime != *last_) {
        restarted = began_meanwhile(*last_, uptime, passed);
    }
    if (!last_ || uptime != *last_) moved_at_ = now;
    last_ = uptime;
    last_at_ = now;
    return restarted;
}

bool UptimeWatch::is_frozen() const
{
    return last_ && last_at_ - moved_at_ >= frozen_after;
}

std::optional<Finding> UptimeWatch::finding(const std::optional<DeviceTicks>& told) const
{
    if (!told) return Finding{.what = Anomaly::uptime_missing, .oid = uptime_oid(), .detail = {}};
    if (!is_frozen()) return std::nullopt;
    const std::string ticks = std::to_string(told->centiseconds);
    return Finding{.what = Anomaly::uptime_frozen, .oid = uptime_oid(), .detail = ticks};
}

} // namespace hallmonitor::agent
