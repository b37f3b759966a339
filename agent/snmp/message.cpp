#include "agent/snmp/message.hpp"

#include "agent/snmp/ber.hpp"

#include <algorithm>
#include <limits>

namespace hallmonitor::agent {
namespace {

constexpr std::uint8_t octet_string = 0x04;

// net-snmp's way of a Counter64 inside Opaque: 0x9f 0x76 length value (an extension tag).
constexpr std::byte opaque_extension{0x9f};
constexpr std::byte opaque_counter64{0x76};

std::span<const std::byte> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span{text.data(), text.size()});
}

std::optional<std::uint64_t> opaque_number(std::span<const std::byte> content)
{
    if (content.size() < 4 || content[0] != opaque_extension || content[1] != opaque_counter64)
        return std::nullopt;
    const auto length = std::to_integer<std::size_t>(content[2]);
    if (length > content.size() - 3) return std::nullopt;
    return ber_unsigned(content.subspan(3, length), 64);
}

} // namespace

std::optional<std::uint64_t> as_unsigned(const VarBindView& value)
{
    std::uint64_t number = 0;
    if (!read_unsigned(value, number)) return std::nullopt;
    return number;
}

bool read_unsigned_rarely(const VarBindView& value, std::uint64_t& into)
{
    std::optional<std::uint64_t> number;
    switch (value.tag) {
    case Tag::integer:
        if (const auto with_sign = ber_signed(value.content); with_sign && *with_sign >= 0)
            number = static_cast<std::uint64_t>(*with_sign);
        break;
    case Tag::counter32:
    case Tag::gauge32:
    case Tag::timeticks: number = ber_unsigned(value.content, 32); break;
    case Tag::counter64: number = ber_unsigned(value.content, 64); break;
    case Tag::opaque: number = opaque_number(value.content); break;
    default: break;
    }
    if (number) into = *number;
    return number.has_value();
}

std::optional<std::int64_t> as_signed(const VarBindView& value)
{
    if (value.tag == Tag::integer) return ber_signed(value.content);
    const auto number = as_unsigned(value);
    if (!number || *number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::span<const std::byte> as_octets(const VarBindView& value)
{
    if (value.tag == Tag::octet_string || value.tag == Tag::ip_address || value.tag == Tag::opaque)
        return value.content;
    return {};
}

Result<ResponseView> parse_message(std::span<const std::byte> datagram)
{
    BerReader outer{datagram};
    BerReader message{outer.expect(sequence_tag)};
    ResponseView view;
    const std::int32_t version = message.integer();
    if (message.failed()) return Errc::malformed;
    if (version == static_cast<std::int32_t>(SnmpVersion::v3)) return Errc::unsupported;
    if (version != static_cast<std::int32_t>(SnmpVersion::v1) &&
        version != static_cast<std::int32_t>(SnmpVersion::v2c))
        return Errc::malformed;
    view.version = static_cast<SnmpVersion>(version);
    view.community = message.expect(octet_string);
    const BerValue pdu = message.any();
    if (message.failed()) return Errc::malformed;
    if (const auto read = read_pdu(pdu, view); !read) return read.error();
    return view;
}

Result<void> read_pdu(const BerValue& pdu, ResponseView& view)
{
    view.type = static_cast<PduType>(pdu.tag);
    BerReader fields{pdu.content};
    view.request_id = fields.integer();
    view.error_status = fields.integer();
    view.error_index = fields.integer();
    view.varbinds = fields.expect(sequence_tag);
    if (fields.failed()) return Errc::malformed;
    return {};
}

const VarBindView* VarBindCursor::next_long()
{
    if (at_ == end_ || failed_) return nullptr;
    BerReader list{{at_, end_}};
    const BerValue pair = list.any();
    BerReader fields{pair.content};
    const BerValue name = fields.any();
    const BerValue value = fields.any();
    const bool well_formed = !fields.failed() && fields.at_end() && pair.tag == sequence_tag &&
                             name.tag == static_cast<std::uint8_t>(Tag::oid) &&
                             !name.content.empty();
    if (!well_formed) {
        failed_ = true;
        at_ = end_;
        return nullptr;
    }
    at_ = end_ - list.rest().size();
    current_ = {.oid = name.content, .tag = static_cast<Tag>(value.tag), .content = value.content};
    return &current_;
}

void write_pdu(
    BerWriter& writer, const RequestHead& head, std::span<const std::span<const std::byte>> oids
)
{
    const std::size_t end = writer.mark();
    for (std::size_t i = oids.size(); i-- > 0;) {
        const std::size_t pair_end = writer.mark();
        writer.value(static_cast<std::uint8_t>(Tag::null), {});
        writer.value(static_cast<std::uint8_t>(Tag::oid), oids[i]);
        writer.head(sequence_tag, pair_end);
    }
    writer.head(sequence_tag, end);
    writer.integer(head.max_repetitions);
    writer.integer(head.non_repeaters);
    writer.integer(head.request_id);
    writer.head(static_cast<std::uint8_t>(head.type), end);
}

std::size_t encode_request(
    const RequestHead& head,
    std::span<const std::span<const std::byte>> oids,
    std::span<std::byte> out
)
{
    BerWriter writer{out};
    const std::size_t end = writer.mark();
    write_pdu(writer, head, oids);
    writer.value(octet_string, bytes_of(head.community));
    writer.integer(static_cast<std::int32_t>(head.version));
    writer.head(sequence_tag, end);
    const std::size_t size = writer.size();
    std::copy_n(out.end() - static_cast<std::ptrdiff_t>(size), size, out.begin());
    return size;
}

} // namespace hallmonitor::agent
