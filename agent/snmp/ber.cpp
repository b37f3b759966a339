#include "agent/snmp/ber.hpp"

#include <algorithm>
#include <limits>

namespace hallmonitor::agent {
namespace {

constexpr std::uint8_t integer_tag = 0x02;
constexpr std::uint8_t long_tag_form = 0x1f;

std::uint8_t octet(std::byte value)
{
    return std::to_integer<std::uint8_t>(value);
}

// Drops leading octets that carry no value, at most down to `keep` octets.
std::span<const std::byte> without_padding(
    std::span<const std::byte> content, std::byte padding, std::size_t keep
)
{
    while (content.size() > keep && content.front() == padding)
        content = content.subspan(1);
    return content;
}

} // namespace

void BerReader::fail()
{
    failed_ = true;
    rest_ = {};
}

// Also whatever any() found wrong, to fail in one place.
BerValue BerReader::any_long()
{
    if (rest_.size() < 2 || (octet(rest_[0]) & long_tag_form) == long_tag_form) {
        fail();
        return {};
    }
    const std::uint8_t tag = octet(rest_[0]);
    std::size_t length = octet(rest_[1]);
    std::size_t head = 2;
    if (length >= 0x80) {
        const std::size_t octets = length & 0x7f;
        // 0x80 is the indefinite form, which SNMP does not use.
        if (octets == 0 || octets > 4 || rest_.size() < 2 + octets) {
            fail();
            return {};
        }
        length = 0;
        for (std::size_t i = 0; i < octets; ++i)
            length = (length << 8) | octet(rest_[2 + i]);
        head += octets;
    }
    if (length > rest_.size() - head) {
        fail();
        return {};
    }
    const BerValue value{.tag = tag, .content = rest_.subspan(head, length)};
    rest_ = rest_.subspan(head + length);
    return value;
}

std::span<const std::byte> BerReader::expect(std::uint8_t tag)
{
    const BerValue value = any();
    if (failed_ || value.tag != tag) {
        fail();
        return {};
    }
    return value.content;
}

std::int32_t BerReader::integer()
{
    const auto number = ber_signed(expect(integer_tag));
    if (failed_ || !number || *number < std::numeric_limits<std::int32_t>::min() ||
        *number > std::numeric_limits<std::int32_t>::max()) {
        fail();
        return 0;
    }
    return static_cast<std::int32_t>(*number);
}

std::optional<std::int64_t> ber_signed(std::span<const std::byte> content)
{
    if (content.empty()) return std::nullopt;
    const bool negative = (octet(content.front()) & 0x80) != 0;
    content = without_padding(content, negative ? std::byte{0xff} : std::byte{0}, 8);
    if (content.size() > 8) return std::nullopt;
    auto number = negative ? ~std::uint64_t{0} : std::uint64_t{0};
    for (const std::byte part : content)
        number = (number << 8) | octet(part);
    return static_cast<std::int64_t>(number);
}

std::optional<std::uint64_t> ber_unsigned(std::span<const std::byte> content, unsigned bits)
{
    const std::size_t most = bits / 8;
    if (content.size() > most) {
        const bool negative = content.front() == std::byte{0xff};
        content = without_padding(content, negative ? std::byte{0xff} : std::byte{0}, most);
    }
    if (content.empty() || content.size() > most) return std::nullopt;
    std::uint64_t number = 0;
    for (const std::byte part : content)
        number = (number << 8) | octet(part);
    return number;
}

void BerWriter::put(std::byte value)
{
    if (at_ == 0) {
        overflowed_ = true;
        return;
    }
    buffer_[--at_] = value;
}

void BerWriter::bytes(std::span<const std::byte> content)
{
    if (content.size() > at_) {
        overflowed_ = true;
        return;
    }
    at_ -= content.size();
    std::copy(content.begin(), content.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
}

void BerWriter::head(std::uint8_t tag, std::size_t end)
{
    std::size_t length = end - at_;
    if (length < 0x80) {
        put(static_cast<std::byte>(length));
    } else {
        std::uint8_t octets = 0;
        for (; length > 0; length >>= 8, ++octets)
            put(static_cast<std::byte>(length & 0xff));
        put(static_cast<std::byte>(0x80 | octets));
    }
    put(std::byte{tag});
}

void BerWriter::value(std::uint8_t tag, std::span<const std::byte> content)
{
    const std::size_t end = mark();
    bytes(content);
    head(tag, end);
}

void BerWriter::integer(std::int32_t number)
{
    const std::size_t end = mark();
    std::int32_t rest = number;
    for (;;) {
        put(static_cast<std::byte>(rest & 0xff));
        const bool sign_is_told = (rest & 0x80) == (number < 0 ? 0x80 : 0);
        rest >>= 8; // arithmetic: keeps the sign
        if (sign_is_told && rest == (number < 0 ? -1 : 0)) break;
    }
    head(integer_tag, end);
}

} // namespace hallmonitor::agent
