#pragma once
// Whoever sends replies in a device's name: out of a true reply, still in hand, every kind of
// forgery in turn.

#include "agent/snmp/peer.hpp"

#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace hallmonitor::agent::testing {

using Bytes = std::vector<std::byte>;

/// A request in flight and the true reply to it, not yet delivered.
struct Asked {
    PeerAddress to;
    Bytes request;
    Bytes reply;
};

class Forger {
public:
    /// From another address, another port; with another community, version, id; for other objects;
    /// cut short; the request itself; a true reply of before (one of `old`).
    static constexpr unsigned kinds = 9;

    /// The next forgery, and from where it comes.
    [[nodiscard]] std::pair<PeerAddress, Bytes> forge(
        const Asked& target, const std::vector<Bytes>& old
    );

private:
    [[nodiscard]] Bytes cut(const Bytes& whole);

    std::mt19937 random_{20261124};
    unsigned next_kind_{0};
};

} // namespace hallmonitor::agent::testing
