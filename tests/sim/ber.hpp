#pragma once
// BER as the simulated devices speak it, written apart from agent/snmp on purpose: were both ends
// to share their code, its mistakes would cancel out. RFC 1157, RFC 3416, X.690 basic encoding.

#include <array>
#include <cstddef>
#include <cstdint>
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
} // namespace tag

/// Octets that the length field of `length` content octets takes.
std::size_t length_size(std::size_t length);

/// Writes tag and length of a TLV to `out`; gives what follows them.
std::uint8_t* put_head(std::uint8_t* out, std::uint8_t tag, std::size_t length);

/// A value of a varbind as a TLV: numbers in place, texts by reference.
class Value {
public:
    void set_unsigned(std::uint8_t tag, std::uint64_t number);
    void set_integer(std::int64_t number);
    void set_empty(std::uint8_t tag);
    /// At most 14 octets, copied.
    void set_octets(ByteView octets);
    /// A whole TLV that outlives the value.
    void refer(ByteView tlv) { whole_ = tlv; }

    [[nodiscard]] ByteView tlv() const
    {
        return size_ > 0 ? ByteView{small_.data(), size_} : whole_;
    }

private:
    std::array<std::uint8_t, 16> small_{};
    std::size_t size_{0};
    ByteView whole_;
};

/// TLV of any content.
Bytes make_tlv(std::uint8_t tag, ByteView content);
Bytes make_tlv(std::uint8_t tag, std::string_view content);
/// Contents of an OBJECT IDENTIFIER, without tag and length. The OID has at least two arcs.
Bytes oid_contents(const Oid& oid);
/// The arcs of the contents; empty when they are no canonical OID of at most 128 arcs.
std::optional<Oid> oid_of(ByteView contents);
/// An OID as text, with or without a leading dot; empty when it is none.
std::optional<Oid> parse_oid(std::string_view text);

/// One request as it came in; views point into the datagram.
struct Request {
    static constexpr std::size_t most_names = 128;

    bool is_v1{false};
    ByteView community;
    std::uint8_t type{0};
    std::int32_t id{0};
    std::int32_t non_repeaters{0};
    std::int32_t repetitions{0};
    std::array<ByteView, most_names> names; // OID contents
    std::size_t count{0};
};

/// Fills `request`; false for anything that is no request of version 1 or 2c.
bool parse_request(ByteView datagram, Request& request);

} // namespace hallmonitor::sim
