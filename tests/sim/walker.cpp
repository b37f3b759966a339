#include "tests/sim/walker.hpp"

#include "agent/snmp/oid.hpp"

#include <array>

namespace hallmonitor::sim {
namespace {

using Octets = std::span<const std::byte>;

class Walker {
public:
    Walker(Device& device, const WalkManner& manner)
        : device_(device), manner_(manner), at_{std::byte{0}} // 0.0
    {}

    [[nodiscard]] bool is_at_end() const { return is_at_end_; }

    /// One request. What was wrong with the reply.
    std::string step(const std::function<void(const agent::VarBindView&)>& visit)
    {
        const auto reply = agent::parse_message(ask());
        if (!reply) return "no reply, or one that cannot be read";
        if (reply->error_status != 0) return "error " + std::to_string(reply->error_status);
        agent::VarBindCursor cursor{reply->varbinds};
        std::size_t count = 0;
        for (; const auto* found = cursor.next(); ++count) {
            is_at_end_ = found->tag == agent::Tag::end_of_mib_view;
            if (is_at_end_) return {};
            if (agent::ber_compare(at_, found->oid) >= 0) return "OIDs do not increase";
            at_.assign(found->oid.begin(), found->oid.end());
            visit(*found);
        }
        if (cursor.failed()) return "a varbind that cannot be read";
        return count == 0 ? "no varbinds" : "";
    }

private:
    Octets ask()
    {
        const std::array<Octets, 1> names{Octets{at_.data(), at_.size()}};
        const agent::RequestHead head{
            .community = device_.setup().community,
            .type = manner_.type,
            .request_id = 1,
            .max_repetitions = manner_.repetitions};
        const auto size = agent::encode_request(head, names, request_);
        const auto* const octets = reinterpret_cast<const std::uint8_t*>(request_.data());
        return std::as_bytes(device_.answer({octets, size}, Instant{0}, buffer_).bytes);
    }

    Device& device_;
    WalkManner manner_;
    agent::OidBytes at_; // the last name
    bool is_at_end_{false};
    std::array<std::byte, 2'048> request_{}; // an OID has 128 arcs of 5 octets at most
    Bytes buffer_ = Bytes(Device::buffer_size);
};

} // namespace

std::string walk_to_end(
    Device& device,
    const WalkManner& manner,
    const std::function<void(const agent::VarBindView&)>& visit
)
{
    Walker walker{device, manner};
    while (!walker.is_at_end()) {
        auto problem = walker.step(visit);
        if (!problem.empty()) return problem;
    }
    return {};
}

} // namespace hallmonitor::sim
