#include "agent/snmp/v3_message.hpp"

#include "agent/snmp/ber.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::agent {
namespace {

constexpr std::uint8_t octet_string = 0x04;
constexpr std::int32_t user_based = 3; // msgSecurityModel, RFC 3411 section 5

// msgFlags, RFC 3412 section 6.4.
constexpr std::byte auth_flag{1};
constexpr std::byte priv_flag{2};
constexpr std::byte reportable_flag{4};

bool read_flags(std::span<const std::byte> flags, V3Message& message)
{
    if (flags.size() != 1) return false;
    message.is_authenticated = (flags.front() & auth_flag) != std::byte{0};
    message.is_encrypted = (flags.front() & priv_flag) != std::byte{0};
    return message.is_authenticated || !message.is_encrypted;
}

bool read_security_parameters(std::span<const std::byte> octets, V3Message& message)
{
    BerReader outer{octets};
    BerReader fields{outer.expect(sequence_tag)};
    message.engine_id = fields.expect(octet_string);
    message.engine_boots = fields.integer();
    message.engine_time = fields.integer();
    message.user = fields.expect(octet_string);
    message.auth_parameters = fields.expect(octet_string);
    message.priv_parameters = fields.expect(octet_string);
    return !outer.failed() && !fields.failed() && message.engine_boots >= 0;
}

} // namespace

Result<V3Message> parse_v3_message(std::span<const std::byte> datagram)
{
    BerReader outer{datagram};
    BerReader fields{outer.expect(sequence_tag)};
    const std::int32_t version = fields.integer();
    if (fields.failed()) return Errc::malformed;
    if (version != static_cast<std::int32_t>(SnmpVersion::v3)) return Errc::unsupported;

    V3Message message;
    BerReader head{fields.expect(sequence_tag)};
    message.id = head.integer();
    head.integer(); // msgMaxSize
    const bool flags_are_good = read_flags(head.expect(octet_string), message);
    const std::int32_t model = head.integer();
    if (head.failed() || !flags_are_good) return Errc::malformed;
    if (model != user_based) return Errc::unsupported;

    if (!read_security_parameters(fields.expect(octet_string), message)) return Errc::malformed;
    const auto data = fields.rest();
    const BerValue value = fields.any();
    const std::uint8_t expected = message.is_encrypted ? octet_string : sequence_tag;
    if (fields.failed() || value.tag != expected) return Errc::malformed;
    message.data = message.is_encrypted ? value.content : data;
    return message;
}

Result<ResponseView> parse_scoped_pdu(std::span<const std::byte> scoped_pdu)
{
    BerReader outer{scoped_pdu};
    BerReader fields{outer.expect(sequence_tag)};
    fields.expect(octet_string); // contextEngineID
    fields.expect(octet_string); // contextName
    const BerValue pdu = fields.any();
    if (outer.failed() || fields.failed()) return Errc::malformed;
    ResponseView view;
    view.version = SnmpVersion::v3;
    if (const auto read = read_pdu(pdu, view); !read) return read.error();
    return view;
}

std::size_t encode_scoped_pdu(
    std::span<const std::byte> context_engine_id,
    std::string_view context_name,
    const RequestHead& head,
    std::span<const std::span<const std::byte>> oids,
    std::span<std::byte> out
)
{
    BerWriter writer{out};
    const std::size_t end = writer.mark();
    write_pdu(writer, head, oids);
    writer.value(octet_string, std::as_bytes(std::span{context_name}));
    writer.value(octet_string, context_engine_id);
    writer.head(sequence_tag, end);
    const std::size_t size = writer.size();
    std::copy_n(out.end() - static_cast<std::ptrdiff_t>(size), size, out.begin());
    return size;
}

V3Encoded encode_v3_message(
    const V3Message& message, std::size_t digest_size, std::span<std::byte> out
)
{
    static constexpr std::array<std::byte, 64> zeros{};
    const std::array flags{
        reportable_flag | (message.is_authenticated ? auth_flag : std::byte{0}) |
        (message.is_encrypted ? priv_flag : std::byte{0})};
    BerWriter writer{out};
    const std::size_t end = writer.mark();
    if (message.is_encrypted) {
        writer.value(octet_string, message.data);
    } else {
        writer.bytes(message.data);
    }
    const std::size_t parameters_end = writer.mark();
    writer.value(octet_string, message.priv_parameters);
    const std::size_t auth_end = writer.mark();
    writer.value(octet_string, std::span{zeros}.first(digest_size));
    writer.value(octet_string, message.user);
    writer.integer(message.engine_time);
    writer.integer(message.engine_boots);
    writer.value(octet_string, message.engine_id);
    writer.head(sequence_tag, parameters_end);
    writer.head(octet_string, parameters_end);

    const std::size_t head_end = writer.mark();
    writer.integer(user_based);
    writer.value(octet_string, flags);
    writer.integer(largest_message);
    writer.integer(message.id);
    writer.head(sequence_tag, head_end);
    writer.integer(static_cast<std::int32_t>(SnmpVersion::v3));
    writer.head(sequence_tag, end);

    const std::size_t size = writer.size();
    if (size == 0) return {};
    std::copy_n(out.end() - static_cast<std::ptrdiff_t>(size), size, out.begin());
    return {.size = size, .auth_offset = auth_end - digest_size - (out.size() - size)};
}

} // namespace hallmonitor::agent
