#include "agent/facts/value.hpp"

#include "agent/snmp/oid.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

namespace hallmonitor::agent {
namespace {

// net-snmp puts IEEE 754 numbers into Opaque: 9f 78 04 (float) or 9f 79 08 (double), then its
// octets, highest first.
constexpr std::string_view float_head{"\x9f\x78\x04", 3};
constexpr std::string_view double_head{"\x9f\x79\x08", 3};

Value opaque_number(std::string_view octets)
{
    const bool is_float = octets.size() == 7 && octets.starts_with(float_head);
    const bool is_double = octets.size() == 11 && octets.starts_with(double_head);
    if (!is_float && !is_double) return {};
    std::uint64_t bits = 0;
    for (const char octet : octets.substr(float_head.size()))
        bits = bits << 8 | static_cast<unsigned char>(octet);
    const double number = is_float ? std::bit_cast<float>(static_cast<std::uint32_t>(bits))
                                   : std::bit_cast<double>(bits);
    if (!std::isfinite(number)) return {};
    return number;
}

std::string dotted(std::span<const std::byte> octets)
{
    std::string text;
    for (const std::byte octet : octets)
        text += (text.empty() ? "" : ".") + std::to_string(std::to_integer<unsigned>(octet));
    return text;
}

std::string_view chars_of(std::span<const std::byte> octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are chars
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

} // namespace

Value value_of(const VarBindView& varbind)
{
    switch (varbind.tag) {
    case Tag::octet_string: return std::string{chars_of(varbind.content)};
    case Tag::ip_address: return dotted(varbind.content);
    case Tag::oid: {
        const auto oid = Oid::from_ber(varbind.content);
        if (!oid) return {};
        return oid->to_string();
    }
    case Tag::opaque:
        if (const Value number = opaque_number(chars_of(varbind.content)); is_there(number))
            return number;
        break;
    default: break;
    }
    if (const auto number = as_signed(varbind)) return static_cast<double>(*number);
    if (const auto number = as_unsigned(varbind)) return static_cast<double>(*number);
    return {};
}

std::optional<double> number_of(const Value& value)
{
    if (const auto* number = std::get_if<double>(&value)) return *number;
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return std::nullopt;
    std::string_view digits{*text};
    while (!digits.empty() && (digits.back() == '\0' || digits.back() == ' '))
        digits.remove_suffix(1);
    while (!digits.empty() && digits.front() == ' ')
        digits.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::string text_of(const Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    const auto* number = std::get_if<double>(&value);
    if (number == nullptr) return {};
    // A whole number is not 5.01e+08: it may be a serial number.
    constexpr double exact = 9007199254740992.0; // 2^53
    const bool is_whole = std::abs(*number) < exact && *number == std::floor(*number);
    std::array<char, 32> room{};
    const auto [end, error] =
        is_whole ? std::to_chars(
                       room.data(), room.data() + room.size(), static_cast<std::int64_t>(*number)
                   )
                 : std::to_chars(room.data(), room.data() + room.size(), *number);
    return error == std::errc{} ? std::string{room.data(), end} : std::string{};
}

} // namespace hallmonitor::agent
