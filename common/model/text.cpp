#include "common/model/text.hpp"

#include "common/limits.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace hallmonitor {
namespace {

std::uint32_t octet(std::byte value)
{
    return std::to_integer<std::uint32_t>(value);
}

// Takes one character off the front; empty when it is not valid UTF-8 (RFC 3629).
std::optional<std::uint32_t> take_utf8(std::span<const std::byte>& rest)
{
    const std::uint32_t first = octet(rest[0]);
    std::size_t length = 1;
    std::uint32_t character = first;
    if (first >= 0xf0 && first <= 0xf4) {
        length = 4;
        character = first & 0x07;
    } else if (first >= 0xe0) {
        length = 3;
        character = first & 0x0f;
    } else if (first >= 0xc2) {
        length = 2;
        character = first & 0x1f;
    } else if (first >= 0x80) {
        return std::nullopt;
    }
    if (first > 0xf4 || rest.size() < length) return std::nullopt;
    for (std::size_t i = 1; i < length; ++i) {
        if ((octet(rest[i]) & 0xc0) != 0x80) return std::nullopt;
        character = (character << 6) | (octet(rest[i]) & 0x3f);
    }
    const bool overlong =
        (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
    const bool surrogate = character >= 0xd800 && character <= 0xdfff;
    if (overlong || surrogate || character > 0x10ffff) return std::nullopt;
    rest = rest.subspan(length);
    return character;
}

bool is_valid_utf8(std::span<const std::byte> octets)
{
    while (!octets.empty())
        if (!take_utf8(octets)) return false;
    return true;
}

bool is_control(std::uint32_t c)
{
    const bool bidi = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
                      c == 0x200f || c == 0x061c;
    const bool separator = c == 0x2028 || c == 0x2029; // line ends to some readers
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || bidi || separator;
}

void append_utf8(std::string& out, std::uint32_t c)
{
    const auto put = [&](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | (c >> 6));
        put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3f));
        put(0x80 | ((c >> 6) & 0x3f));
        put(0x80 | (c & 0x3f));
    }
}

// What devices leave behind the end of a text: NULs of a fixed field, line ends of a command's
// output.
bool is_padding(std::byte last)
{
    return last == std::byte{0} || last == std::byte{'\r'} || last == std::byte{'\n'};
}

struct Sanitized {
    std::string text;
    bool is_whole{true}; // nothing was left out or cut off
};

Sanitized sanitize_to(std::span<const std::byte> octets, std::size_t most)
{
    while (!octets.empty() && is_padding(octets.back()))
        octets = octets.first(octets.size() - 1);
    Sanitized out;
    // No more is read than can be kept, four octets a character and one to see the border.
    out.is_whole = octets.size() <= 4 * most;
    if (!out.is_whole) octets = octets.first(4 * most);
    const bool cut_in_character = octets.size() == 4 * most;
    std::span<const std::byte> checked = octets;
    for (int cut = 0; cut_in_character && cut < 3 && !is_valid_utf8(checked); ++cut)
        checked = checked.first(checked.size() - 1);
    const bool utf8 = is_valid_utf8(checked);
    if (utf8) octets = checked;

    while (!octets.empty()) {
        std::uint32_t character = octet(octets[0]);
        if (utf8) {
            character = take_utf8(octets).value_or(0);
        } else {
            octets = octets.subspan(1);
        }
        if (character == '\t' || character == '\n' || character == '\r') character = ' ';
        if (is_control(character)) {
            out.is_whole = false;
            continue;
        }
        const std::size_t before = out.text.size();
        append_utf8(out.text, character);
        if (out.text.size() > most) {
            out.text.resize(before);
            out.is_whole = false;
            break;
        }
    }
    return out;
}

} // namespace

std::string sanitize(std::span<const std::byte> octets)
{
    return sanitize_to(octets, limits::device_string_bytes).text;
}

bool is_tame(std::span<const std::byte> octets)
{
    return sanitize_to(octets, limits::device_string_bytes).is_whole;
}

std::string sanitize(std::string_view text)
{
    return sanitize(text, limits::device_string_bytes);
}

std::string sanitize(std::string_view text, std::size_t most)
{
    return sanitize_to(std::as_bytes(std::span{text.data(), text.size()}), most).text;
}

std::string format_mac(std::span<const std::byte> octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::size_t most = 20;
    std::string out;
    for (const std::byte part : octets.first(std::min(octets.size(), most))) {
        if (!out.empty()) out += ':';
        out += digits[octet(part) >> 4];
        out += digits[octet(part) & 15];
    }
    return out;
}

} // namespace hallmonitor
