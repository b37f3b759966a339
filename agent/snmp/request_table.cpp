#include "agent/snmp/request_table.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

bool same_text(std::span<const std::byte> bytes, std::string_view text)
{
    const auto wanted = std::as_bytes(std::span{text.data(), text.size()});
    return std::equal(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
}

} // namespace

RequestTable::RequestTable(std::uint64_t seed) : ids_(seed)
{}

std::int32_t RequestTable::open(
    PeerAddress peer, std::string_view community, SnmpVersion version, std::uint32_t owner
)
{
    const Request request{.peer = peer, .community = community, .version = version, .owner = owner};
    for (;;) {
        const std::int32_t id = ids_.next();
        if (open_.emplace(id, request).second) return id;
    }
}

RequestTable::Match RequestTable::judge(Verdict verdict, std::uint32_t owner)
{
    ++counts_.at(static_cast<std::size_t>(verdict));
    return {.verdict = verdict, .owner = owner};
}

RequestTable::Match RequestTable::match(PeerAddress from, const ResponseView& reply)
{
    const auto found = open_.find(reply.request_id);
    if (found == open_.end()) return judge(Verdict::unknown_id, 0);
    const Request& request = found->second;
    const std::uint32_t owner = request.owner;
    if (request.peer != from) return judge(Verdict::wrong_peer, owner);
    if (request.version != reply.version) return judge(Verdict::wrong_version, owner);
    if (!same_text(reply.community, request.community))
        return judge(Verdict::wrong_community, owner);
    return judge(Verdict::accepted, owner);
}

RequestTable::Match RequestTable::find_v3(PeerAddress from, std::int32_t message_id)
{
    const auto found = open_.find(message_id);
    if (found == open_.end()) return judge(Verdict::unknown_id, 0);
    const Request& request = found->second;
    if (request.peer != from) return judge(Verdict::wrong_peer, request.owner);
    if (request.version != SnmpVersion::v3) return judge(Verdict::wrong_version, request.owner);
    return judge(Verdict::accepted, request.owner);
}

} // namespace hallmonitor::agent
