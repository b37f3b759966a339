// Any bytes taken for an SNMP message: nothing outside them is read, and what the codec says of
// them is consistent with itself.

#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"
#include "agent/snmp/peer.hpp"
#include "agent/snmp/request_table.hpp"
#include "common/check.hpp"
#include "common/limits.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

using Octets = std::span<const std::byte>;

bool lies_within(Octets part, Octets whole)
{
    const std::less_equal<> not_after;
    return part.empty() || (not_after(whole.data(), part.data()) &&
                            not_after(part.data() + part.size(), whole.data() + whole.size()));
}

void check_oid(Octets oid, Octets before)
{
    INVARIANT(ber_starts_with(oid, oid));
    INVARIANT(ber_compare(oid, oid) == 0);
    INVARIANT((ber_compare(oid, before) > 0) == (ber_compare(before, oid) < 0));
    const auto parsed = Oid::from_ber(oid);
    if (!parsed) return;
    INVARIANT(parsed->arcs().size() <= Oid::most_arcs);
    INVARIANT(ber_compare(parsed->ber_content(), oid) == 0);
    INVARIANT(Oid::parse(parsed->to_string()).value() == *parsed);
    const auto parsed_before = Oid::from_ber(before);
    if (!parsed_before) return;
    INVARIANT((ber_compare(oid, before) < 0) == (*parsed < *parsed_before));
}

void check_value(const VarBindView& value)
{
    const auto number = as_unsigned(value);
    const auto with_sign = as_signed(value);
    INVARIANT(!number || !with_sign || static_cast<std::uint64_t>(*with_sign) == *number);
    INVARIANT(!is_exception(value.tag) || (!number && as_octets(value).empty()));
    const auto text = sanitize(value.content);
    INVARIANT(text.size() <= limits::device_string_bytes);
    INVARIANT(sanitize(text) == text);
    (void)format_mac(value.content);
    std::uint32_t arc = 0;
    (void)read_single_arc(value.content, arc);
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Octets datagram = std::as_bytes(std::span{data, size});
    const auto message = parse_message(datagram);
    if (!message) return 0;
    INVARIANT(lies_within(message->community, datagram));
    INVARIANT(lies_within(message->varbinds, datagram));

    RequestTable table{1};
    const PeerAddress peer = PeerAddress::v4({192, 0, 2, 1}, 161);
    const auto id = table.open(peer, "public", message->version, 1);
    // The fuzzer sees what its input is compared with, and in the end finds id and community out.
    const auto community = std::as_bytes(std::span<const char>{std::string_view{"public"}});
    const bool answers =
        message->request_id == id && std::ranges::equal(message->community, community);
    INVARIANT((table.match(peer, *message).verdict == RequestTable::Verdict::accepted) == answers);
    const PeerAddress elsewhere = PeerAddress::v4({192, 0, 2, 1}, 162);
    INVARIANT(table.match(elsewhere, *message).verdict != RequestTable::Verdict::accepted);

    VarBindCursor cursor{message->varbinds};
    Octets before;
    std::size_t left = message->varbinds.size();
    while (const auto varbind = cursor.next()) {
        INVARIANT(left-- > 0); // every varbind takes room: the cursor ends
        INVARIANT(lies_within(varbind->oid, message->varbinds));
        INVARIANT(lies_within(varbind->content, message->varbinds));
        check_oid(varbind->oid, before);
        check_value(*varbind);
        before = varbind->oid;
    }
    return 0;
}
