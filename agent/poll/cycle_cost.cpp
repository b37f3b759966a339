#include "agent/poll/cycle_cost.hpp"

#include "common/limits.hpp"

namespace hallmonitor::agent {

void CycleCost::begin(MonoTime now, std::chrono::milliseconds most)
{
    *this = {};
    began_ = now;
    most_ = most;
}

bool CycleCost::is_excessive() const
{
    return requests_ >= limits::requests_per_cycle || bytes_ > limits::reply_bytes_per_cycle;
}

std::optional<Finding> CycleCost::excess(const std::string& place) const
{
    if (!is_excessive()) return std::nullopt;
    return Finding{
        .what = Anomaly::endless_table,
        .oid = place,
        .detail = std::to_string(requests_) + " requests and " + std::to_string(bytes_) +
                  " octets in one cycle"};
}

std::string CycleCost::overrun(MonoTime now, const std::string& place) const
{
    if (!is_late(now)) return {};
    return "takes longer than a cycle may, " +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(most_).count()) +
           " s, and has come to " + place +
           ": it is slow or its table is large; raise poll_interval_seconds or requests_at_once, "
           "or narrow its SNMP view";
}

} // namespace hallmonitor::agent
