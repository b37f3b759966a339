#include "agent/poll/strays.hpp"

#include "agent/poll/scalar_read.hpp"

#include <string>
#include <utility>

namespace hallmonitor::agent {
namespace {

// A device that answers may be late now and then.
constexpr std::uint32_t late_replies_allowed = 2;

} // namespace

void Strays::note(PeerAddress from, RequestTable::Verdict verdict)
{
    switch (verdict) {
    case RequestTable::Verdict::accepted: return;
    case RequestTable::Verdict::unknown_id: ++unknown_id_; return;
    case RequestTable::Verdict::wrong_peer:
        ++other_source_;
        other_ = from;
        return;
    case RequestTable::Verdict::wrong_version:
    case RequestTable::Verdict::wrong_community: ++other_community_; return;
    }
}

std::vector<Finding> Strays::take(bool answered)
{
    std::vector<Finding> findings;
    const Strays seen = std::exchange(*this, {});
    const auto add = [&](Anomaly what, std::string detail) {
        findings.push_back({.what = what, .oid = uptime_oid(), .detail = std::move(detail)});
    };
    if (seen.other_source_ > 0) add(Anomaly::other_source, seen.other_.to_string());
    if (seen.other_community_ > 0) add(Anomaly::other_community, {});
    if (seen.unknown_id_ > (answered ? late_replies_allowed : 0))
        add(Anomaly::stray_replies, std::to_string(seen.unknown_id_));
    if (seen.other_objects_ > 0) add(Anomaly::other_objects, std::to_string(seen.other_objects_));
    if (seen.unproven_ > 0) add(Anomaly::unproven_replies, std::to_string(seen.unproven_));
    if (seen.garbled_ > 0) add(Anomaly::garbled_replies, std::to_string(seen.garbled_));
    return findings;
}

} // namespace hallmonitor::agent
