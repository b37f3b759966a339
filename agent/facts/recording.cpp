#include "agent/facts/recording.hpp"

#include "agent/profile/if_mib.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace hallmonitor::agent {
namespace {

using Octets = std::vector<std::byte>;

template <class T>
std::optional<T> whole(std::string_view text)
{
    while (!text.empty() && (text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    T number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

// Two's complement, eight octets: the readers of values take integers longer than needed.
Octets number_content(std::uint64_t number, bool is_unsigned)
{
    Octets content;
    if (is_unsigned) content.push_back(std::byte{0});
    for (int shift = 56; shift >= 0; shift -= 8)
        content.push_back(static_cast<std::byte>(number >> static_cast<unsigned>(shift)));
    return content;
}

Octets octets_of(std::string_view text)
{
    Octets octets;
    for (const char c : text)
        octets.push_back(static_cast<std::byte>(c));
    return octets;
}

std::optional<Octets> hex_content(std::string_view text)
{
    while (text.ends_with('\r'))
        text.remove_suffix(1);
    Octets octets;
    for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(2, text.size()))) {
        unsigned octet = 0;
        const char* const end = text.data() + std::min<std::size_t>(2, text.size());
        if (std::from_chars(text.data(), end, octet, 16).ptr != end) return std::nullopt;
        octets.push_back(static_cast<std::byte>(octet));
    }
    return octets;
}

// Dotted, or four raw octets.
std::optional<Octets> address_content(std::string_view text)
{
    constexpr std::size_t size = 4;
    if (text.size() == size) return octets_of(text);
    Octets octets;
    for (std::size_t dot = 0; dot != std::string_view::npos; text.remove_prefix(dot + 1)) {
        dot = text.find('.');
        const auto octet = whole<std::uint8_t>(text.substr(0, dot));
        if (!octet) return std::nullopt;
        octets.push_back(static_cast<std::byte>(*octet));
        if (dot == std::string_view::npos) break;
    }
    if (octets.size() != size) return std::nullopt;
    return octets;
}

std::optional<Octets> content_of(Tag tag, std::string_view text)
{
    switch (tag) {
    case Tag::integer: {
        const auto number = whole<std::int64_t>(text);
        if (!number) return std::nullopt;
        return number_content(static_cast<std::uint64_t>(*number), false);
    }
    case Tag::counter32:
    case Tag::gauge32:
    case Tag::timeticks:
    case Tag::counter64: {
        const auto number = whole<std::uint64_t>(text);
        if (!number || (tag != Tag::counter64 && *number > UINT32_MAX)) return std::nullopt;
        return number_content(*number, true);
    }
    case Tag::octet_string:
    case Tag::opaque: return octets_of(text);
    case Tag::ip_address: return address_content(text);
    case Tag::null: return Octets{};
    case Tag::oid: {
        if (text.ends_with('\r')) text.remove_suffix(1);
        const auto oid = Oid::parse(text);
        if (!oid || oid->arcs().size() < 2) return std::nullopt;
        return oid->ber_content();
    }
    default: return std::nullopt;
    }
}

// Why the line is bad; empty when it was taken.
std::string take_line(std::string_view line, DeviceRecording& into)
{
    const std::size_t first = line.find('|');
    const std::size_t second = first == std::string_view::npos ? first : line.find('|', first + 1);
    if (second == std::string_view::npos) return "is not OID|TAG|VALUE";
    auto oid = Oid::parse(line.substr(0, first));
    if (!oid) return "has no OID";
    std::string_view tag = line.substr(first + 1, second - first - 1);
    const bool is_hex = tag.ends_with('x');
    if (is_hex) tag.remove_suffix(1);
    const auto number = whole<std::uint8_t>(tag);
    if (!number) return "has an unknown tag";
    RecordedValue value{.tag = static_cast<Tag>(*number), .content = {}};
    const std::string_view text = line.substr(second + 1);
    auto content = is_hex ? hex_content(text) : content_of(value.tag, text);
    if (!content) return "has a value that does not fit its tag";
    value.content = std::move(*content);
    into.objects.insert_or_assign(std::move(*oid), std::move(value));
    return {};
}

VarBindView view_of(const RecordedValue& value)
{
    return {.oid = {}, .tag = value.tag, .content = value.content};
}

/// Calls `take(column, index, value)` for all objects below `entry`.
template <class Take>
void for_each_below(const DeviceRecording& recording, const Oid& entry, const Take& take)
{
    const auto& objects = recording.objects;
    for (auto at = objects.lower_bound(entry); at != objects.end(); ++at) {
        if (!at->first.starts_with(entry)) break;
        const auto rest = at->first.arcs().subspan(entry.arcs().size());
        if (rest.size() < 2) continue;
        take(rest.front(), rest.subspan(1), at->second);
    }
}

} // namespace

DeviceRecording read_recording(std::string_view text)
{
    DeviceRecording recording;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty() || line == "\r" || line.front() == '#') continue;
        const std::string why = take_line(line, recording);
        if (!why.empty())
            recording.problems.push_back("line " + std::to_string(number) + " " + why);
    }
    return recording;
}

RawFacts raw_facts_of(const DeviceRecording& recording, const CompleteProfile& profile)
{
    RawFacts raw{profile};
    for (std::size_t number = 0; number < profile.scalars.size(); ++number) {
        Oid oid = profile.scalars[number]->oid;
        oid.push(0);
        raw.put_scalar(number, value_at(recording, oid));
    }
    for (std::size_t number = 0; number < profile.tables.size(); ++number) {
        const TableSource& table = *profile.tables[number];
        const auto take = [&](std::uint32_t column, auto index, const RecordedValue& value) {
            for (std::size_t place = 0; place < table.columns.size(); ++place)
                if (table.columns[place].second == column)
                    raw.put(
                        number,
                        place,
                        FactIndex(index.begin(), index.end()),
                        value_of(view_of(value))
                    );
        };
        for_each_below(recording, table.entry, take);
    }
    return raw;
}

InterfaceInventory interfaces_of(const DeviceRecording& recording)
{
    InterfaceInventory inventory;
    for (const if_mib::ColdColumn& column : if_mib::cold_columns()) {
        const auto oid = Oid::from_ber(column.oid);
        if (!oid) continue;
        const auto& objects = recording.objects;
        for (auto at = objects.lower_bound(*oid); at != objects.end(); ++at) {
            if (!at->first.starts_with(*oid)) break;
            const auto index = at->first.arcs().subspan(oid->arcs().size());
            if (index.size() == 1) inventory.feed(column, index.front(), view_of(at->second));
        }
    }
    inventory.finish();
    return inventory;
}

bool answers(const DeviceRecording& recording, const Oid& oid)
{
    const auto at = recording.objects.lower_bound(oid);
    return at != recording.objects.end() && at->first.starts_with(oid);
}

Value value_at(const DeviceRecording& recording, const Oid& oid)
{
    const auto found = recording.objects.find(oid);
    return found != recording.objects.end() ? value_of(view_of(found->second)) : Value{};
}

} // namespace hallmonitor::agent
