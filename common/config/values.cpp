#include "common/config/values.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <filesystem>
#include <limits>
#include <numeric>
#include <vector>

namespace hallmonitor {
namespace {

constexpr std::string_view digits = "0123456789";

struct SizeUnit {
    std::string_view name;
    unsigned shift;
};

constexpr std::array<SizeUnit, 3> size_units{{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}}};

bool is_digit(char c)
{
    return digits.find(c) != std::string_view::npos;
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_label(std::string_view label)
{
    if (label.empty() || label.size() > 63) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
}

/// How many bytes follow this lead byte; empty when none may stand here.
std::optional<std::size_t> continuation_bytes(unsigned char lead)
{
    if (lead < 0x80) return 0;
    if (lead >= 0xC2 && lead <= 0xDF) return 1;
    if (lead >= 0xE0 && lead <= 0xEF) return 2;
    if (lead >= 0xF0 && lead <= 0xF4) return 3;
    return std::nullopt;
}

/// The second byte rules out overlong forms, surrogates and what lies beyond U+10FFFF (RFC 3629).
bool is_second_byte(unsigned char lead, unsigned char second)
{
    if (lead == 0xE0) return second >= 0xA0 && second <= 0xBF;
    if (lead == 0xED) return second >= 0x80 && second <= 0x9F;
    if (lead == 0xF0) return second >= 0x90 && second <= 0xBF;
    if (lead == 0xF4) return second >= 0x80 && second <= 0x8F;
    return (second & 0xC0) == 0x80;
}

/// Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        next[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = row[j] + (a[i] == b[j] ? 0 : 1);
            next[j + 1] = std::min({replaced, row[j + 1] + 1, next[j] + 1});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]) {
                next[j + 1] = std::min(next[j + 1], before[j - 1] + 1);
            }
        }
        before.swap(row);
        row.swap(next);
    }
    return row.back();
}

} // namespace

std::optional<std::uint64_t> parse_whole(std::string_view text)
{
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> parse_thousandths(std::string_view text)
{
    const auto dot = text.find('.');
    const auto whole = parse_whole(text.substr(0, dot));
    if (!whole || *whole > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    auto value = static_cast<std::int64_t>(*whole) * 1000;
    if (dot == std::string_view::npos) return value;

    const auto places = text.substr(dot + 1);
    if (places.empty() || places.size() > 3) return std::nullopt;
    if (places.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
    std::int64_t weight = 100;
    for (const char c : places) {
        value += (c - '0') * weight;
        weight /= 10;
    }
    return value;
}

std::string thousandths_text(std::int64_t thousandths)
{
    auto text = std::to_string(thousandths / 1000);
    auto rest = thousandths % 1000;
    if (rest > 0) text += '.';
    for (std::int64_t weight = 100; rest > 0; weight /= 10) {
        text += static_cast<char>('0' + rest / weight);
        rest %= weight;
    }
    return text;
}

std::optional<std::uint64_t> parse_byte_size(std::string_view text)
{
    const auto end = std::min(text.find_first_not_of(digits), text.size());
    const auto number = parse_whole(text.substr(0, end));
    if (!number) return std::nullopt;
    auto suffix = text.substr(end);
    if (suffix.empty()) return number;
    if (suffix.front() == ' ') suffix.remove_prefix(1);
    for (const auto& [name, shift] : size_units) {
        if (suffix != name) continue;
        if (*number > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
        return *number << shift;
    }
    return std::nullopt;
}

std::string byte_size_text(std::uint64_t octets)
{
    for (const auto& [name, shift] : size_units) {
        const auto whole = octets >> shift;
        if (whole > 0 && whole << shift == octets) return std::to_string(whole) + std::string{name};
    }
    return std::to_string(octets);
}

bool is_ip_literal(std::string_view text)
{
    const auto zone = text.find('%');
    if (zone != std::string_view::npos) {
        const auto name = text.substr(zone + 1);
        if (name.empty() || name.size() > 15 || !is_printable(name)) return false;
    }
    const std::string address{text.substr(0, zone)};
    if (address.find('\0') != std::string::npos) return false;
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return true;
    return zone == std::string_view::npos && inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
}

bool is_host(std::string_view text)
{
    if (is_ip_literal(text)) return true;
    if (text.empty() || text.size() > 253) return false;
    if (text.find_first_not_of("0123456789.") == std::string_view::npos) return false;
    while (true) {
        const auto dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t port)
{
    std::string_view host = text;
    std::string_view number;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        host = text.substr(1, close - 1);
        number = text.substr(close + 1);
        if (!is_ip_literal(host) || host.find(':') == std::string_view::npos) return std::nullopt;
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        host = text.substr(0, text.find(':'));
        number = text.substr(host.size());
    }
    if (!is_host(host)) return std::nullopt;
    if (number.empty()) return Endpoint{.host = std::string{host}, .port = port};
    const auto value = number.front() == ':' ? parse_whole(number.substr(1)) : std::nullopt;
    if (!value || *value > 65'535) return std::nullopt;
    return Endpoint{.host = std::string{host}, .port = static_cast<std::uint16_t>(*value)};
}

std::string to_string(const Endpoint& endpoint)
{
    const bool bracketed = endpoint.host.find(':') != std::string::npos;
    const auto host = bracketed ? '[' + endpoint.host + ']' : endpoint.host;
    return host + ':' + std::to_string(endpoint.port);
}

std::string beside(const std::string& file, const std::string& path)
{
    const std::filesystem::path given{path};
    if (given.is_absolute()) return path;
    return (std::filesystem::path{file}.parent_path() / given).lexically_normal().string();
}

std::optional<std::size_t> invalid_utf8(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const auto following = continuation_bytes(lead);
        if (!following || *following >= text.size() - at) return at;
        for (std::size_t i = 1; i <= *following; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            if (i == 1 ? !is_second_byte(lead, byte) : (byte & 0xC0) != 0x80) return at;
        }
        at += 1 + *following;
    }
    return std::nullopt;
}

bool is_printable(std::string_view text)
{
    if (invalid_utf8(text)) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7F) return false;
        // C1 controls are C2 80 to C2 9F.
        if (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
    }
    return true;
}

std::string in_quotes(std::string_view text)
{
    constexpr std::size_t most = 64;
    std::string shown{text.substr(0, most)};
    if (!is_printable(shown)) {
        // A control character, or a cut through a multi-byte one: ASCII stays readable.
        std::replace_if(
            shown.begin(), shown.end(), [](unsigned char c) { return c < ' ' || c > '~'; }, '?'
        );
    }
    return '\'' + shown + (text.size() > most ? "...'" : "'");
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known)
{
    if (word.size() < 3 || word.size() > 64) return {};
    std::string_view best;
    std::size_t least = 1 + word.size() / 3;
    for (const auto candidate : known) {
        // Each octet that only one of them has is a step already.
        const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
        if (longer - shorter >= least) continue;
        const auto distance = edit_distance(word, candidate);
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace hallmonitor
