#pragma once
// BER as SNMP uses it (RFC 3417 section 8, X.690): definite lengths, single-octet tags. The reader
// is a cursor that knows its end and remembers its first failure, so that the happy path is written
// straight and checked once. It is lenient where real agents are sloppy (lengths and integers
// longer than needed, 32-bit unsigned values sent as negative four-octet integers) and strict about
// bounds.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace hallmonitor::agent {

inline constexpr std::uint8_t sequence_tag = 0x30;

struct BerValue {
    std::uint8_t tag{0};
    std::span<const std::byte> content;
};

class BerReader {
public:
    explicit BerReader(std::span<const std::byte> data) : rest_(data) {}

    /// The next value of any tag; an empty one after a failure.
    BerValue any();
    /// The contents of the next value, which must have `tag`.
    std::span<const std::byte> expect(std::uint8_t tag);
    /// The next value as a signed integer of at most 32 bits.
    std::int32_t integer();

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    /// What was not read yet.
    [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    BerValue any_long();
    void fail();

    std::span<const std::byte> rest_;
    bool failed_{false};
};

// Inline: several values a varbind, millions of varbinds. Nearly all have the short length form.
inline BerValue BerReader::any()
{
    if (rest_.size() < 2) return any_long();
    const auto tag = std::to_integer<std::uint8_t>(rest_[0]);
    const auto length = std::to_integer<std::size_t>(rest_[1]);
    if (length >= 0x80 || length > rest_.size() - 2 || (tag & 0x1f) == 0x1f) return any_long();
    const BerValue value{.tag = tag, .content = rest_.subspan(2, length)};
    rest_ = rest_.subspan(2 + length);
    return value;
}

/// Two's complement value of an integer's contents; empty when longer than 8 octets of value.
[[nodiscard]] std::optional<std::int64_t> ber_signed(std::span<const std::byte> content);

/// Value of an unsigned type's contents, `bits` (32 or 64) wide: 2^bits wraps a negative one, as
/// agents that forget the leading zero mean it. Empty when too long.
[[nodiscard]] std::optional<std::uint64_t> ber_unsigned(
    std::span<const std::byte> content, unsigned bits
);

/// Writes values from the end of a caller's buffer towards its front, so that lengths are known
/// when they are written. After an overflow nothing more is written and size() is 0.
class BerWriter {
public:
    explicit BerWriter(std::span<std::byte> buffer) : buffer_(buffer), at_(buffer.size()) {}

    void bytes(std::span<const std::byte> content);
    /// Head of a value whose contents were written since `end`.
    void head(std::uint8_t tag, std::size_t end);
    void value(std::uint8_t tag, std::span<const std::byte> content);
    void integer(std::int32_t number);

    /// Position to remember before writing a value's contents.
    [[nodiscard]] std::size_t mark() const { return at_; }
    [[nodiscard]] bool overflowed() const { return overflowed_; }
    /// Octets written; they stand at the end of the buffer.
    [[nodiscard]] std::size_t size() const { return overflowed_ ? 0 : buffer_.size() - at_; }

private:
    void put(std::byte value);

    std::span<std::byte> buffer_;
    std::size_t at_;
    bool overflowed_{false};
};

} // namespace hallmonitor::agent
