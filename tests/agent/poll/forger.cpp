#include "tests/agent/poll/forger.hpp"

#include "agent/snmp/ber.hpp"
#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"

#include <span>
#include <string>

namespace hallmonitor::agent::testing {
namespace {

constexpr std::uint8_t octet_string = 0x04;

// What a message is made of, to be put together otherwise.
struct Parts {
    SnmpVersion version{SnmpVersion::v2c};
    std::string community{"public"};
    std::int32_t id{0};
    Bytes varbinds;
};

Parts parts_of(const Bytes& reply)
{
    const ResponseView view = parse_message(reply).value();
    Parts parts;
    parts.id = view.request_id;
    parts.varbinds = {view.varbinds.begin(), view.varbinds.end()};
    return parts;
}

Bytes written(const Bytes& buffer, const BerWriter& writer)
{
    return {buffer.end() - static_cast<std::ptrdiff_t>(writer.size()), buffer.end()};
}

Bytes put_together(const Parts& parts)
{
    Bytes out(4'096);
    BerWriter writer{out};
    const std::size_t end = writer.mark();
    writer.value(sequence_tag, parts.varbinds);
    writer.integer(0);
    writer.integer(0);
    writer.integer(parts.id);
    writer.head(static_cast<std::uint8_t>(PduType::response), end);
    writer.value(octet_string, std::as_bytes(std::span{parts.community}));
    writer.integer(static_cast<std::int32_t>(parts.version));
    writer.head(sequence_tag, end);
    return written(out, writer);
}

// sysContact.0 = 7, where nobody asks for sysContact first.
Bytes foreign_objects()
{
    Bytes out(64);
    BerWriter writer{out};
    const std::size_t end = writer.mark();
    writer.integer(7);
    writer.value(static_cast<std::uint8_t>(Tag::oid), Oid{1, 3, 6, 1, 2, 1, 1, 4, 0}.ber_content());
    writer.head(sequence_tag, end);
    return written(out, writer);
}

} // namespace

std::pair<PeerAddress, Bytes> Forger::forge(const Asked& target, const std::vector<Bytes>& old)
{
    PeerAddress from = target.to;
    Parts parts = parts_of(target.reply);
    switch (next_kind_++ % kinds) {
    case 0: from.bytes[15] ^= static_cast<std::uint8_t>(1 + random_() % 255); break;
    case 1: from.port = static_cast<std::uint16_t>(from.port ^ (1 + random_() % 0xFFFF)); break;
    case 2: parts.community = random_() % 2 == 0 ? "Public" : "private"; break;
    case 3: parts.version = SnmpVersion::v1; break;
    case 4: parts.id = static_cast<std::int32_t>(random_() & 0x7fffffffU); break;
    case 5: parts.varbinds = foreign_objects(); break;
    case 6: return {from, cut(target.reply)};
    case 7: return {from, target.request};
    default: return {from, old.empty() ? cut(target.reply) : old[random_() % old.size()]};
    }
    return {from, put_together(parts)};
}

Bytes Forger::cut(const Bytes& whole)
{
    const auto size = static_cast<std::ptrdiff_t>(random_() % whole.size());
    return {whole.begin(), whole.begin() + size};
}

} // namespace hallmonitor::agent::testing
