#pragma once
// Datagrams of one device that were not believed, counted for the length of a cycle: what they tell
// of the device, or of somebody who forges.

#include "agent/poll/anomaly.hpp"
#include "agent/snmp/peer.hpp"
#include "agent/snmp/request_table.hpp"

#include <cstdint>
#include <vector>

namespace hallmonitor::agent {

class Strays {
public:
    /// A reply that the request table did not accept.
    void note(PeerAddress from, RequestTable::Verdict verdict);
    /// A reply to a request, with other objects than those asked for.
    void note_other_objects() { ++other_objects_; }
    /// A datagram from the device that is no reply at all.
    void note_garbled() { ++garbled_; }
    /// An SNMPv3 message for a request in flight that is not authentic.
    void note_unproven() { ++unproven_; }

    /// What was counted since the last call. `answered`: the device gave valid replies as well, so
    /// that a few late ones are nothing to speak of.
    [[nodiscard]] std::vector<Finding> take(bool answered);

private:
    PeerAddress other_; // the last one that was not asked
    std::uint32_t other_source_{0};
    std::uint32_t other_community_{0};
    std::uint32_t unknown_id_{0};
    std::uint32_t other_objects_{0};
    std::uint32_t garbled_{0};
    std::uint32_t unproven_{0};
};

} // namespace hallmonitor::agent
