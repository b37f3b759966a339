#pragma once
// BER as the simulated devices speak it, written apart from agent/snmp on purpose: were both ends
// to share their code, its mistakes would cancel out. RFC 1157, RFC 3416, X.690 basic encoding.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hallmonitor::sim {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using Oid = std::vector<std::uint32_t>; // compares as the MIB is ordered

namespace tag {
inline constexpr std::uint8_t integer = 2;
inline constexpr std::uint8_t octets = 4;
inline constexpr std::uint8_t null = 5;
inline constexpr std::uint8_t oid = 6;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t ip_address = 0x40;
inline constexpr std::uint8_t counter32 = 0x41;
inline constexpr std::uint8_t gauge32 = 0x42;
inline constexpr std::uint8_t timeticks = 0x43;
inline constexpr std::uint8_t opaque = 0x44;
inline constexpr std::uint8_t counter64 = 0x46;
inline constexpr std::uint8_t no_such_object = 0x80;
inline constexpr std::uint8_t no_such_instance = 0x81;
inline constexpr std::uint8_t end_of_mib_view = 0x82;
inline constexpr std::uint8_t get = 0xA0;
inline constexpr std::uint8_t get_next = 0xA1;
inline constexpr std::uint8_t response = 0xA2;
inline constexpr std::uint8_t set = 0xA3;
inline constexpr std::uint8_t get_bulk = 0xA5;
inline constexpr std::uint8_t report = 0xA8;
} // namespace tag

/// Octets that the length field of `length` content octets takes.
constexpr std::size_t length_size(std::size_t length)
{
    if (length < 0x80) return 1;
    if (length < 0x100) return 2;
    return length < 0x10000 ? 3 : 4;
}

/// Writes tag and length of a TLV to `out`; gives what follows them.
std::uint8_t* put_head(std::uint8_t* out, std::uint8_t tag, std::size_t length);

/// A value of a varbind: a number or a few octets, encoded as they are put, or a whole TLV
/// elsewhere.
class Value {
public:
    /// Octets that put() may write behind the TLV of a number.
    static constexpr std::size_t slack = 16;

    void set_unsigned(std::uint8_t tag, std::uint64_t number)
    {
        // One octet more than the bits need when the first of them would be a sign.
        set(tag, number, static_cast<std::size_t>(std::bit_width(number)) / 8 + 1);
    }
    void set_integer(std::int64_t number)
    {
        const auto bits = static_cast<std::uint64_t>(number < 0 ? ~number : number);
        const auto octets = static_cast<std::size_t>(std::bit_width(bits)) / 8 + 1;
        set(tag::integer, static_cast<std::uint64_t>(number), octets);
    }
    /// A number as its tag has it: with a sign, 64 bits or 32.
    void set_number(std::uint8_t tag, std::uint64_t number)
    {
        if (tag == tag::integer) return set_integer(static_cast<std::int64_t>(number));
        set_unsigned(tag, tag == tag::counter64 ? number : static_cast<std::uint32_t>(number));
    }
    void set_empty(std::uint8_t tag) { set(tag, 0, 0); }
    /// An OCTET STRING of the low `octets` octets of a number, at most 8.
    void set_octets(std::uint64_t number, std::size_t octets) { set(tag::octets, number, octets); }
    /// A whole TLV that outlives the value.
    void refer(ByteView tlv) { whole_ = tlv; }

    [[nodiscard]] std::size_t size() const { return is_whole() ? whole_.size() : 2 + octets_; }
    /// Writes the TLV and up to `slack` octets behind it; gives what follows the TLV.
    std::uint8_t* put(std::uint8_t* out) const
    {
        if (is_whole()) {
            std::memcpy(out, whole_.data(), whole_.size());
            return out + whole_.size();
        }
        out[0] = tag_;
        out[1] = octets_;
        out[2] = 0;
        const std::size_t lead = octets_ > 8 ? 1 : 0;
        const auto big_endian = __builtin_bswap64(number_);
        std::memcpy(out + 2 + lead, &big_endian, sizeof big_endian);
        return out + 2 + octets_;
    }
    /// The TLV on its own.
    [[nodiscard]] Bytes tlv() const
    {
        Bytes out(size() + slack);
        put(out.data());
        out.resize(size());
        return out;
    }

private:
    [[nodiscard]] bool is_whole() const { return !whole_.empty(); }

    void set(std::uint8_t tag, std::uint64_t number, std::size_t octets)
    {
        tag_ = tag;
        octets_ = static_cast<std::uint8_t>(octets);
        // Big-endian: the low octets of the number are moved to the front of the eight.
        number_ = octets > 0 && octets < 8 ? number << (64 - 8 * octets) : number;
        whole_ = {};
    }

    std::uint64_t number_{0};
    std::uint8_t tag_{tag::null};
    std::uint8_t octets_{0};
    ByteView whole_;
};

/// Writes what Value::set_number would, and up to `Value::slack` octets behind it, without a Value.
inline std::uint8_t* put_number(std::uint8_t* out, std::uint8_t tag, std::uint64_t number)
{
    const bool is_signed = tag == tag::integer;
    if (!is_signed && tag != tag::counter64) number = static_cast<std::uint32_t>(number);
    const auto is_negative = is_signed && static_cast<std::int64_t>(number) < 0;
    const auto octets =
        static_cast<std::size_t>(std::bit_width(is_negative ? ~number : number)) / 8 + 1;
    const auto lead = octets / 9; // an octet of zeros before 64 bits
    const auto big_endian = __builtin_bswap64(number << (64 - 8 * (octets - lead)));
    out[0] = tag;
    out[1] = static_cast<std::uint8_t>(octets);
    out[2] = 0;
    std::memcpy(out + 2 + lead, &big_endian, sizeof big_endian);
    return out + 2 + octets;
}

/// TLV of any content.
Bytes make_tlv(std::uint8_t tag, ByteView content);
Bytes make_tlv(std::uint8_t tag, std::string_view content);
/// What a whole TLV of our own holds.
inline ByteView contents_of(ByteView tlv)
{
    return tlv.subspan(tlv[1] < 0x80 ? 2U : 2U + (tlv[1] & 0x7FU));
}
/// Contents of an OBJECT IDENTIFIER, without tag and length. The OID has at least two arcs.
Bytes oid_contents(const Oid& oid);
inline constexpr std::size_t most_arcs = 128;
using Arcs = std::array<std::uint32_t, most_arcs>;
/// The arcs of the contents, within `into`; none when they are no canonical OID.
std::span<const std::uint32_t> arcs_of(ByteView contents, Arcs& into);
/// The same on its own.
std::optional<Oid> oid_of(ByteView contents);
/// An OID as text, with or without a leading dot; empty when it is none.
std::optional<Oid> parse_oid(std::string_view text);

/// Takes TLVs off the front of a view; an empty view after the first fault.
class Cursor {
public:
    explicit Cursor(ByteView rest) : rest_(rest) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] ByteView rest() const { return rest_; }

    /// The next tag; 0 at the end.
    [[nodiscard]] std::uint8_t peek() const { return rest_.empty() ? 0 : rest_[0]; }

    ByteView take(std::uint8_t expected);
    std::int32_t take_integer();

private:
    ByteView fail();

    ByteView rest_;
    bool failed_{false};
};

/// One request as it came in; views point into the datagram.
struct Request {
    static constexpr std::size_t most_names = 128;

    bool is_v1{false};
    ByteView community;
    std::uint8_t type{0};
    std::int32_t id{0};
    std::int32_t non_repeaters{0};
    std::int32_t repetitions{0};
    std::size_t takes{65'507};              // octets of a reply at most
    std::size_t overhead{0};                // those that wrap it up
    std::array<ByteView, most_names> names; // OID contents
    std::size_t count{0};
};

/// Fills `request`; false for anything that is no request of version 1 or 2c.
bool parse_request(ByteView datagram, Request& request);
/// Fills all but version and community from the PDU that comes next.
bool parse_pdu(Cursor& message, Request& request);

} // namespace hallmonitor::sim
