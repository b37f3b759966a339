#include "agent/facts/octets.hpp"

#include "agent/snmp/peer.hpp"
#include "common/config/values.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

namespace hallmonitor::agent {
namespace {

constexpr std::size_t mac_octets = 6;
constexpr std::size_t ipv4_octets = 4;
constexpr std::size_t ipv6_octets = 16;
constexpr char family_ipv4 = 1; // IANA address family numbers
constexpr char family_ipv6 = 2;

std::span<const std::byte> bytes_of(std::string_view octets)
{
    return std::as_bytes(std::span{octets});
}

// Line ends, NULs and blanks behind a text are no part of it.
std::string_view trimmed(std::string_view octets)
{
    const std::size_t last = octets.find_last_not_of(std::string_view{" \r\n\0", 4});
    return octets.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool is_text(std::string_view octets)
{
    return !octets.empty() && std::all_of(octets.begin(), octets.end(), [](unsigned char octet) {
        return octet >= 0x20 && octet < 0x7f;
    });
}

// Of ISO 8859-1, with letters that ASCII does not have among others that it has; any octets may be
// text of that kind, most of an address are not.
bool is_latin_1_text(std::string_view octets)
{
    constexpr unsigned char first_letter = 0xc0;
    const auto letters = std::count_if(octets.begin(), octets.end(), [](unsigned char octet) {
        return octet >= first_letter;
    });
    const auto plain = std::count_if(octets.begin(), octets.end(), [](unsigned char octet) {
        return octet >= 0x20 && octet < 0x7f;
    });
    return plain + letters == std::ssize(octets) && plain >= 2 * letters;
}

// Twelve hexadecimal digits, whatever stands between them.
std::string mac_of_text(std::string_view text)
{
    constexpr std::size_t digits_of_mac = 2 * mac_octets;
    std::string digits;
    for (const char letter : text) {
        if (std::isxdigit(static_cast<unsigned char>(letter)) != 0) {
            digits += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        } else if (std::string_view{":-. "}.find(letter) == std::string_view::npos) {
            return {};
        }
    }
    if (digits.size() != digits_of_mac) return {};
    std::string mac;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        mac += (mac.empty() ? "" : ":") + digits.substr(i, 2);
    return mac;
}

} // namespace

std::string plain_text(std::string_view octets)
{
    std::string text = sanitize(octets);
    const bool is_blank = text.find_first_not_of(' ') == std::string::npos;
    return is_blank ? std::string{} : text;
}

std::string mac_text(std::string_view octets)
{
    if (octets.size() == mac_octets) return format_mac(bytes_of(octets));
    const std::string_view text = trimmed(octets);
    if (is_text(text)) {
        std::string mac = mac_of_text(text);
        if (!mac.empty()) return mac;
    }
    return octets.empty() ? std::string{} : format_mac(bytes_of(octets));
}

std::string address_text(std::string_view octets)
{
    if (octets.size() == ipv4_octets + 1 && octets.front() == family_ipv4) octets.remove_prefix(1);
    if (octets.size() == ipv6_octets + 1 && octets.front() == family_ipv6) octets.remove_prefix(1);
    const bool is_ipv4 = octets.size() == ipv4_octets;
    if (!is_ipv4 && octets.size() != ipv6_octets)
        return is_clean_text(octets) ? plain_text(octets) : mac_text(octets);
    if (!is_ipv4 && is_text(octets)) return plain_text(octets);
    PeerAddress address;
    std::array<std::uint8_t, ipv4_octets> four{};
    std::copy_n(octets.begin(), is_ipv4 ? 0 : ipv6_octets, address.bytes.begin());
    std::copy_n(octets.begin(), is_ipv4 ? ipv4_octets : 0, four.begin());
    return is_ipv4 ? PeerAddress::v4(four, 0).host() : address.host();
}

bool is_clean_text(std::string_view octets)
{
    const std::string_view text = trimmed(octets);
    return is_printable(text) || is_latin_1_text(text);
}

std::optional<double> number_in_text(std::string_view text, int n)
{
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::vector<double> numbers;
    std::size_t at = 0;
    while (at < text.size()) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        const bool is_negative =
            at > 0 && text[at - 1] == '-' &&
            (at < 2 || std::isalnum(static_cast<unsigned char>(text[at - 2])) == 0);
        double number = 0;
        const char* const end = text.data() + text.size();
        const auto [stop, error] =
            std::from_chars(text.data() + at, end, number, std::chars_format::fixed);
        if (error != std::errc{}) return std::nullopt;
        numbers.push_back(is_negative ? -number : number);
        at = static_cast<std::size_t>(stop - text.data());
    }
    const auto size = static_cast<int>(numbers.size());
    const int place = n < 0 ? size + n : n - 1;
    if (place < 0 || place >= size) return std::nullopt;
    return numbers[static_cast<std::size_t>(place)];
}

} // namespace hallmonitor::agent
