#pragma once
// SNMP messages of versions 1 and 2c (RFC 1157, RFC 1901, RFC 3416): requests out, responses in.
// Views point into the datagram; nothing is allocated. Only the head is checked by parse_message:
// varbinds are checked as the cursor passes them.

#include "agent/config.hpp"
#include "agent/snmp/ber.hpp"
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
/// The same for the hot path: true when `into` was set.
[[nodiscard]] inline bool read_unsigned(const VarBindView& value, std::uint64_t& into);
/// INTEGER or any of the unsigned types below 2^63; empty for other types.
[[nodiscard]] std::optional<std::int64_t> as_signed(const VarBindView& value);
/// OCTET STRING, IpAddress or Opaque; empty span for other types.
[[nodiscard]] std::span<const std::byte> as_octets(const VarBindView& value);

/// error-status of a response (RFC 3416 section 3; what v1 has of them RFC 1157 section 4.1.1).
namespace error_status {
inline constexpr std::int32_t no_error = 0;
inline constexpr std::int32_t too_big = 1;
inline constexpr std::int32_t no_such_name = 2; // the v1 way of "no such object"
inline constexpr std::int32_t gen_err = 5;
} // namespace error_status

struct ResponseView {
    SnmpVersion version{SnmpVersion::v2c};
    std::span<const std::byte> community;
    PduType type{PduType::response};
    std::int32_t request_id{0};
    std::int32_t error_status{0};
    std::int32_t error_index{0};
    std::span<const std::byte> varbinds;
};

/// Errors: malformed; unsupported (version 3, see v3_message.hpp).
[[nodiscard]] Result<ResponseView> parse_message(std::span<const std::byte> datagram);

class VarBindCursor {
public:
    explicit VarBindCursor(std::span<const std::byte> varbinds)
        : at_(varbinds.data()), end_(at_ + varbinds.size())
    {}
    /// The next varbind, which holds until the next call; null at the end and after a malformed
    /// one.
    [[nodiscard]] inline const VarBindView* next();
    [[nodiscard]] bool failed() const { return failed_; }

private:
    [[nodiscard]] const VarBindView* next_long();

    const std::byte* at_;
    const std::byte* end_;
    VarBindView current_;
    bool failed_{false};
};

/// A value of a table: which of the columns asked for, the index behind the column's OID, and what
/// stands there, all in the reply that it came in. Flat, because copying pairs of pointers and
/// sizes that were just written costs a processor more than all the decoding.
class ColumnValue {
public:
    ColumnValue(std::size_t column, std::span<const std::byte> index, const VarBindView& value)
        : oid_(value.oid.data()), content_(value.content.data()),
          oid_size_(static_cast<std::uint32_t>(value.oid.size())),
          content_size_(static_cast<std::uint32_t>(value.content.size())),
          index_size_(static_cast<std::uint32_t>(index.size())),
          column_(static_cast<std::uint16_t>(column)), tag_(value.tag)
    {}

    [[nodiscard]] std::size_t column() const { return column_; }
    /// BER contents.
    [[nodiscard]] std::span<const std::byte> index() const
    {
        return {oid_ + (oid_size_ - index_size_), index_size_};
    }
    [[nodiscard]] VarBindView value() const
    {
        return {.oid = {oid_, oid_size_}, .tag = tag_, .content = {content_, content_size_}};
    }

private:
    const std::byte* oid_;
    const std::byte* content_;
    std::uint32_t oid_size_;
    std::uint32_t content_size_;
    std::uint32_t index_size_;
    std::uint16_t column_;
    Tag tag_;
};

// Inline and on bytes: millions of varbinds, nearly all of them with lengths below 128.
inline const VarBindView* VarBindCursor::next()
{
    constexpr auto oid_tag = std::byte{static_cast<std::uint8_t>(Tag::oid)};
    const std::ptrdiff_t rest = end_ - at_;
    if (rest < 6 || at_[0] != std::byte{sequence_tag} || at_[2] != oid_tag) return next_long();
    const auto pair_size = std::to_integer<std::ptrdiff_t>(at_[1]);
    const auto name_size = std::to_integer<std::ptrdiff_t>(at_[3]);
    if (pair_size >= 0x80 || pair_size + 2 > rest || name_size == 0 || name_size + 4 > pair_size)
        return next_long();
    const std::byte* const value = at_ + 4 + name_size;
    const auto tag = std::to_integer<std::uint8_t>(value[0]);
    const auto value_size = std::to_integer<std::ptrdiff_t>(value[1]);
    if (name_size + value_size + 4 != pair_size || (tag & 0x1f) == 0x1f) return next_long();
    current_.oid = {at_ + 4, static_cast<std::size_t>(name_size)};
    current_.tag = static_cast<Tag>(tag);
    current_.content = {value + 2, static_cast<std::size_t>(value_size)};
    at_ = value + 2 + value_size;
    return &current_;
}

/// read_unsigned() of the types that counters do not have.
[[nodiscard]] bool read_unsigned_rarely(const VarBindView& value, std::uint64_t& into);

inline bool read_unsigned(const VarBindView& value, std::uint64_t& into)
{
    const bool is_wide = value.tag == Tag::counter64;
    const bool is_usual = is_wide || value.tag == Tag::counter32 || value.tag == Tag::gauge32 ||
                          value.tag == Tag::timeticks;
    const std::size_t most = is_wide ? 8 : 4;
    if (!is_usual || value.content.empty() || value.content.size() > most)
        return read_unsigned_rarely(value, into);
    std::uint64_t number = 0;
    for (const std::byte part : value.content)
        number = (number << 8) | std::to_integer<std::uint64_t>(part);
    into = number;
    return true;
}

/// Reads the head of a PDU into `view`. Errors: malformed.
[[nodiscard]] Result<void> read_pdu(const BerValue& pdu, ResponseView& view);

struct RequestHead {
    SnmpVersion version{SnmpVersion::v2c};
    std::string_view community;
    PduType type{PduType::get};
    std::int32_t request_id{0};
    std::int32_t non_repeaters{0};   // GETBULK only, else 0 (error-status)
    std::int32_t max_repetitions{0}; // GETBULK only, else 0 (error-index)
};

/// Writes the PDU of a request for `oids` (BER contents).
void write_pdu(
    BerWriter& writer, const RequestHead& head, std::span<const std::span<const std::byte>> oids
);

/// Writes a whole request for `oids` (BER contents) to the front of `out`; gives its size, 0 when
/// it does not fit. Of versions 1 and 2c.
[[nodiscard]] std::size_t encode_request(
    const RequestHead& head,
    std::span<const std::span<const std::byte>> oids,
    std::span<std::byte> out
);

} // namespace hallmonitor::agent
