#include "tests/sim/recording.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace hallmonitor::sim {
namespace {

const Oid sys_uptime{1, 3, 6, 1, 2, 1, 1, 3, 0};

template <class T>
std::optional<T> number_of(std::string_view text)
{
    while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<Bytes> octets_of_hex(std::string_view text)
{
    while (text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    Bytes out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned octet = 0;
        // A last digit that stands alone is an octet, as snmpsim takes it.
        const auto* const end = text.data() + std::min(i + 2, text.size());
        if (std::from_chars(text.data() + i, end, octet, 16).ptr != end) return std::nullopt;
        out.push_back(static_cast<std::uint8_t>(octet));
    }
    return out;
}

/// Dotted, or four raw octets.
std::optional<Bytes> address_of(std::string_view text)
{
    if (text.size() == 4) return Bytes(text.begin(), text.end());
    Bytes out;
    while (true) {
        const auto dot = text.find('.');
        const auto octet = number_of<std::uint8_t>(text.substr(0, dot));
        if (!octet) return std::nullopt;
        out.push_back(*octet);
        if (dot == std::string_view::npos) break;
        text.remove_prefix(dot + 1);
    }
    if (out.size() != 4) return std::nullopt;
    return out;
}

std::optional<Bytes> unsigned_tlv(std::uint8_t tag, std::string_view text)
{
    const auto number = number_of<std::uint64_t>(text);
    const auto most = std::numeric_limits<std::uint32_t>::max();
    if (!number || (tag != tag::counter64 && *number > most)) return std::nullopt;
    Value value;
    value.set_unsigned(tag, *number);
    return value.tlv();
}

std::optional<Bytes> integer_tlv(std::string_view text)
{
    const auto number = number_of<std::int64_t>(text);
    if (!number) return std::nullopt;
    Value value;
    value.set_integer(*number);
    return value.tlv();
}

std::optional<Bytes> octets_tlv(std::uint8_t tag, const std::optional<Bytes>& octets)
{
    if (!octets) return std::nullopt;
    return make_tlv(tag, ByteView{*octets});
}

std::optional<Bytes> value_of(unsigned number, bool is_hex, std::string_view text)
{
    const auto tag = static_cast<std::uint8_t>(number);
    if (number > 0xFF) return std::nullopt;
    if (is_hex) {
        const bool has_octets = tag == tag::octets || tag == tag::opaque || tag == tag::ip_address;
        return has_octets ? octets_tlv(tag, octets_of_hex(text)) : std::nullopt;
    }
    switch (tag) {
    case tag::integer: return integer_tlv(text);
    case tag::octets:
    case tag::opaque: return make_tlv(tag, text);
    case tag::null: return make_tlv(tag, std::string_view{});
    case tag::oid: {
        if (text.ends_with('\r')) text.remove_suffix(1);
        const auto oid = parse_oid(text);
        return oid ? octets_tlv(tag, oid_contents(*oid)) : std::nullopt;
    }
    case tag::ip_address: return octets_tlv(tag, address_of(text));
    case tag::counter32:
    case tag::gauge32:
    case tag::timeticks:
    case tag::counter64: return unsigned_tlv(tag, text);
    default: return std::nullopt;
    }
}

/// Why the line is bad; empty when it was taken.
std::string take_line(std::string_view line, Recording& into)
{
    const auto first = line.find('|');
    const auto second = line.find('|', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) return "is not OID|TAG|VALUE";
    auto oid = parse_oid(line.substr(0, first));
    if (!oid) return "has no OID";
    auto tag = line.substr(first + 1, second - first - 1);
    const bool is_hex = tag.ends_with('x');
    if (is_hex) tag.remove_suffix(1);
    const auto number = number_of<unsigned>(tag);
    if (!number) return "has an unknown tag";
    const auto text = line.substr(second + 1);
    auto value = value_of(*number, is_hex, text);
    if (!value) return "has a value that does not fit its tag";

    Object object{.oid = std::move(*oid), .value = std::move(*value)};
    if (object.oid == sys_uptime && *number == tag::timeticks) {
        into.uptime = number_of<std::uint64_t>(text);
        object.live = Live::sys_uptime;
        object.tag = tag::timeticks;
    }
    into.objects.push_back(std::move(object));
    return {};
}

} // namespace

Recording parse_recording(std::string_view text)
{
    Recording recording;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty() || line == "\r" || line.front() == '#') continue;
        auto reason = take_line(line, recording);
        if (!reason.empty()) recording.bad.push_back({number, std::move(reason)});
    }
    return recording;
}

} // namespace hallmonitor::sim
