#include "tests/sim/recorder.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace hallmonitor::sim {
namespace {

std::string dotted(std::span<const std::uint32_t> arcs)
{
    std::string text;
    for (const auto arc : arcs) {
        if (!text.empty()) text += '.';
        text += std::to_string(arc);
    }
    return text;
}

/// A blank at an end would be lost to whoever edits the file.
bool is_plain(ByteView octets)
{
    const auto is_printable = [](std::uint8_t octet) { return octet >= 0x20 && octet < 0x7F; };
    return octets.empty() || (std::all_of(octets.begin(), octets.end(), is_printable) &&
                              octets.front() != ' ' && octets.back() != ' ');
}

std::string hexadecimal(ByteView octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto octet : octets) {
        text += digits[octet >> 4U];
        text += digits[octet & 0xFU];
    }
    return text;
}

/// Two's complement; of at most 64 bits and the octet that keeps them positive.
std::uint64_t number_of(ByteView content)
{
    const bool is_negative = !content.empty() && (content[0] & 0x80U) != 0;
    std::uint64_t number = is_negative ? ~std::uint64_t{0} : 0;
    for (const auto octet : content) {
        number = number << 8U | octet;
    }
    return number;
}

/// `TAG|VALUE`.
std::string written(std::uint8_t tag, ByteView content)
{
    const auto name = std::to_string(tag);
    const auto in_hexadecimal = [&] { return name + "x|" + hexadecimal(content); };
    switch (tag) {
    case tag::integer:
        return name + '|' + std::to_string(static_cast<std::int64_t>(number_of(content)));
    case tag::counter32:
    case tag::gauge32:
    case tag::timeticks:
    case tag::counter64: return name + '|' + std::to_string(number_of(content));
    case tag::oid: return name + '|' + dotted(oid_of(content).value_or(Oid{0, 0}));
    case tag::ip_address:
        if (content.size() != 4) return in_hexadecimal();
        return name + '|' + dotted(Oid{content.begin(), content.end()});
    case tag::octets:
        if (!is_plain(content)) return in_hexadecimal();
        return name + '|' + std::string{content.begin(), content.end()};
    case tag::null: return name + '|';
    default: return in_hexadecimal();
    }
}

} // namespace

std::string recording_of(const Device& device, Instant now)
{
    std::string text;
    const Mib& mib = device.blueprint().mib;
    for (std::size_t i = 0; i < mib.size(); ++i) {
        const Object& object = mib[i];
        if (object.shown != Shown::always && !device.model().is_shown(object, now)) continue;
        Value value;
        device.model().value(object, now, now, value);
        const auto tlv = value.tlv();
        text += dotted(object.oid) + '|' + written(tlv[0], contents_of(tlv)) + '\n';
    }
    return text;
}

} // namespace hallmonitor::sim
