#pragma once
// Who may answer: the requests in flight, by request id (in version 3: message id). A reply counts
// only if it comes from the very address and port that was asked, with the version and community of
// the request; a reply that fails any of these is counted and leaves the request open, so that a
// forger cannot even silence a device.

#include "agent/snmp/message.hpp"
#include "agent/snmp/peer.hpp"
#include "agent/snmp/request_ids.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace hallmonitor::agent {

class RequestTable {
public:
    /// `seed` is RequestIds's: from the kernel's random numbers outside tests.
    explicit RequestTable(std::uint64_t seed);

    /// Notes a request about to be sent; gives its id. `community` must outlive the request.
    [[nodiscard]] std::int32_t open(
        PeerAddress peer, std::string_view community, SnmpVersion version, std::uint32_t owner
    );

    enum class Verdict : std::uint8_t {
        accepted,
        unknown_id,
        wrong_peer,
        wrong_version,
        wrong_community,
    };
    struct Match {
        Verdict verdict{Verdict::unknown_id};
        std::uint32_t owner{0}; // of the request with that id; 0 when there is none
    };
    /// Whether `reply` from `from` may answer a request, which stays open: whether it does is told
    /// by the objects in it.
    [[nodiscard]] Match match(PeerAddress from, const ResponseView& reply);

    /// Whether a message of version 3 from `from` may answer a request. Leaves it open: what is in
    /// the message is for its security model to judge, and then close() for the caller.
    [[nodiscard]] Match find_v3(PeerAddress from, std::int32_t message_id);

    /// True when it was open.
    bool close(std::int32_t id) { return open_.erase(id) > 0; }
    [[nodiscard]] bool is_open(std::int32_t id) const { return open_.contains(id); }
    [[nodiscard]] std::size_t size() const { return open_.size(); }

    /// Replies by verdict, accepted ones included, indexed by Verdict.
    [[nodiscard]] const std::array<std::uint64_t, 5>& counts() const { return counts_; }

private:
    struct Request {
        PeerAddress peer;
        std::string_view community;
        SnmpVersion version;
        std::uint32_t owner;
    };

    Match judge(Verdict verdict, std::uint32_t owner);

    RequestIds ids_;
    boost::unordered_flat_map<std::int32_t, Request> open_;
    std::array<std::uint64_t, 5> counts_{};
};

} // namespace hallmonitor::agent
