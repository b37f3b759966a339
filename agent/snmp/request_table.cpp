#include "agent/snmp/request_table.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

// Round function of the id cipher: any good mixer will do, secrecy lies in the key.
std::uint32_t mix(std::uint32_t half, std::uint64_t round_key)
{
    std::uint64_t x = (std::uint64_t{half} + round_key) * 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9ULL;
    return static_cast<std::uint32_t>(x >> 33);
}

bool same_text(std::span<const std::byte> bytes, std::string_view text)
{
    const auto wanted = std::as_bytes(std::span{text.data(), text.size()});
    return std::equal(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
}

} // namespace

RequestTable::RequestTable(std::uint64_t seed) : key_(seed)
{}

std::int32_t RequestTable::next_id()
{
    // A Feistel network of eight rounds over 32 bits is a permutation: ids do not repeat within
    // 2^32 attempts. The top bit is dropped, since ids must not be negative.
    for (;;) {
        const std::uint32_t plain = counter_++;
        auto left = plain >> 16;
        auto right = plain & 0xffff;
        for (std::uint64_t round = 1; round <= 8; ++round) {
            const std::uint32_t mixed = left ^ (mix(right, key_ ^ (round << 56) ^ round) & 0xffff);
            left = right;
            right = mixed;
        }
        const auto id = static_cast<std::int32_t>(((left << 16) | right) & 0x7fffffff);
        if (id != 0 && !open_.contains(id)) return id;
    }
}

std::int32_t RequestTable::open(
    PeerAddress peer, std::string_view community, SnmpVersion version, std::uint32_t owner
)
{
    const std::int32_t id = next_id();
    open_.emplace(
        id, Request{.peer = peer, .community = community, .version = version, .owner = owner}
    );
    return id;
}

RequestTable::Match RequestTable::match(PeerAddress from, const ResponseView& reply)
{
    const auto judge = [&](Verdict verdict, std::uint32_t owner) {
        ++counts_.at(static_cast<std::size_t>(verdict));
        return Match{.verdict = verdict, .owner = owner};
    };
    const auto found = open_.find(reply.request_id);
    if (found == open_.end()) return judge(Verdict::unknown_id, 0);
    const Request& request = found->second;
    if (request.peer != from) return judge(Verdict::wrong_peer, 0);
    if (request.version != reply.version) return judge(Verdict::wrong_version, 0);
    if (!same_text(reply.community, request.community)) return judge(Verdict::wrong_community, 0);
    const std::uint32_t owner = request.owner;
    open_.erase(found);
    return judge(Verdict::accepted, owner);
}

} // namespace hallmonitor::agent
