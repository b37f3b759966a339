#pragma once
// SNMP messages of versions 1 and 2c (RFC 1157, RFC 1901, RFC 3416): requests out, responses in.
// Views point into the datagram; nothing is allocated. Only the head is checked by parse_message:
// varbinds are checked as the cursor passes them.

#include "agent/config.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hallmonitor::agent {

enum class PduType : std::uint8_t {
    get = 0xa0,
    get_next = 0xa1,
    response = 0xa2,
    set = 0xa3,
    get_bulk = 0xa5,
    inform = 0xa6,
    trap = 0xa7,
    report = 0xa8,
};

enum class Tag : std::uint8_t {
    integer = 0x02,
    octet_string = 0x04,
    null = 0x05,
    oid = 0x06,
    ip_address = 0x40,
    counter32 = 0x41,
    gauge32 = 0x42, // Unsigned32 too
    timeticks = 0x43,
    opaque = 0x44,
    counter64 = 0x46,
    no_such_object = 0x80,
    no_such_instance = 0x81,
    end_of_mib_view = 0x82,
};

/// True for the three exceptions that stand in place of a value, RFC 3416 section 3.
constexpr bool is_exception(Tag tag)
{
    return tag == Tag::no_such_object || tag == Tag::no_such_instance ||
           tag == Tag::end_of_mib_view;
}

struct VarBindView {
    std::span<const std::byte> oid; // BER contents
    Tag tag{Tag::null};
    std::span<const std::byte> content;
};

/// INTEGER that is not negative, Counter32, Gauge32, TimeTicks or Counter64 (also net-snmp's
/// Counter64 wrapped in Opaque); empty for other types.
[[nodiscard]] std::optional<std::uint64_t> as_unsigned(const VarBindView& value);
/// INTEGER or any of the unsigned types below 2^63; empty for other types.
[[nodiscard]] std::optional<std::int64_t> as_signed(const VarBindView& value);
/// OCTET STRING, IpAddress or Opaque; empty span for other types.
[[nodiscard]] std::span<const std::byte> as_octets(const VarBindView& value);

struct ResponseView {
    SnmpVersion version{SnmpVersion::v2c};
    std::span<const std::byte> community;
    PduType type{PduType::response};
    std::int32_t request_id{0};
    std::int32_t error_status{0};
    std::int32_t error_index{0};
    std::span<const std::byte> varbinds;
};

/// Errors: malformed; unsupported (version 3).
[[nodiscard]] Result<ResponseView> parse_message(std::span<const std::byte> datagram);

class VarBindCursor {
public:
    explicit VarBindCursor(std::span<const std::byte> varbinds) : rest_(varbinds) {}
    /// The next varbind; empty at the end and after a malformed one.
    [[nodiscard]] std::optional<VarBindView> next();
    [[nodiscard]] bool failed() const { return failed_; }

private:
    std::span<const std::byte> rest_;
    bool failed_{false};
};

struct RequestHead {
    SnmpVersion version{SnmpVersion::v2c};
    std::string_view community;
    PduType type{PduType::get};
    std::int32_t request_id{0};
    std::int32_t non_repeaters{0};   // GETBULK only, else 0 (error-status)
    std::int32_t max_repetitions{0}; // GETBULK only, else 0 (error-index)
};

/// Writes a whole request for `oids` (BER contents) to the front of `out`; gives its size, 0 when
/// it does not fit.
[[nodiscard]] std::size_t encode_request(
    const RequestHead& head,
    std::span<const std::span<const std::byte>> oids,
    std::span<std::byte> out
);

} // namespace hallmonitor::agent
