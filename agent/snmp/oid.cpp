#include "agent/snmp/oid.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

namespace hallmonitor::agent {
namespace {

constexpr std::byte more{0x80};

void append_arc(std::vector<std::byte>& out, std::uint64_t arc)
{
    int shift = 0;
    while ((arc >> shift) >= 128)
        shift += 7;
    for (; shift >= 0; shift -= 7) {
        const auto septet = static_cast<std::byte>((arc >> shift) & 0x7f);
        out.push_back(shift > 0 ? septet | more : septet);
    }
}

// Length of the common start, eight octets at a time.
std::size_t common_octets(std::span<const std::byte> a, std::span<const std::byte> b)
{
    const std::size_t common = std::min(a.size(), b.size());
    std::size_t same = 0;
    for (; same + sizeof(std::uint64_t) <= common; same += sizeof(std::uint64_t))
        if (std::memcmp(a.data() + same, b.data() + same, sizeof(std::uint64_t)) != 0) break;
    while (same < common && a[same] == b[same])
        ++same;
    return same;
}

} // namespace

Result<Oid> Oid::parse(std::string_view text)
{
    if (text.starts_with('.')) text.remove_prefix(1);
    Oid oid;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        std::uint32_t arc = 0;
        const auto [stop, error] = std::from_chars(at, end, arc);
        if (error != std::errc{} || oid.arcs_.size() == most_arcs) return Errc::malformed;
        oid.push(arc);
        if (stop == end) break;
        if (*stop != '.') return Errc::malformed;
        at = stop + 1;
    }
    if (oid.arcs_.size() < 2 || oid.arcs_[0] > 2 || (oid.arcs_[0] < 2 && oid.arcs_[1] > 39))
        return Errc::malformed;
    return oid;
}

Result<Oid> Oid::from_ber(std::span<const std::byte> content)
{
    Oid oid;
    BerArcs arcs{content};
    while (const auto arc = arcs.next()) {
        if (oid.arcs_.empty()) {
            // The first two arcs share one (X.690 section 8.19.4).
            const std::uint32_t first = std::min<std::uint32_t>(*arc / 40, 2);
            oid.push(first);
            oid.push(*arc - first * 40);
        } else {
            if (oid.arcs_.size() == most_arcs) return Errc::malformed;
            oid.push(*arc);
        }
    }
    if (arcs.failed() || oid.arcs_.empty()) return Errc::malformed;
    return oid;
}

bool Oid::starts_with(const Oid& prefix) const
{
    return arcs_.size() >= prefix.arcs_.size() &&
           std::equal(prefix.arcs_.begin(), prefix.arcs_.end(), arcs_.begin());
}

std::string Oid::to_string() const
{
    std::string text;
    for (const std::uint32_t arc : arcs_) {
        if (!text.empty()) text += '.';
        text += std::to_string(arc);
    }
    return text;
}

std::vector<std::byte> Oid::ber_content() const
{
    INVARIANT(arcs_.size() >= 2);
    std::vector<std::byte> out;
    append_arc(out, std::uint64_t{arcs_[0]} * 40 + arcs_[1]);
    for (std::size_t i = 2; i < arcs_.size(); ++i)
        append_arc(out, arcs_[i]);
    return out;
}

std::strong_ordering Oid::operator<=>(const Oid& other) const
{
    return std::lexicographical_compare_three_way(
        arcs_.begin(), arcs_.end(), other.arcs_.begin(), other.arcs_.end()
    );
}

int ber_compare(std::span<const std::byte> a, std::span<const std::byte> b)
{
    const std::size_t same = common_octets(a, b);
    // Back to the start of the arc in which they differ.
    std::size_t start = same;
    while (start > 0 && (a[start - 1] & more) != std::byte{0})
        --start;
    const bool short_arc_a = start < a.size() && (a[start] & more) == std::byte{0};
    const bool short_arc_b = start < b.size() && (b[start] & more) == std::byte{0};
    if (short_arc_a && start == b.size()) return 1;
    if (short_arc_a && short_arc_b) return a[start] < b[start] ? -1 : 1;
    BerArcs rest_a{a.subspan(start)};
    BerArcs rest_b{b.subspan(start)};
    for (;;) {
        const auto arc_a = rest_a.next();
        const auto arc_b = rest_b.next();
        if (!arc_a || !arc_b)
            return static_cast<int>(arc_a.has_value()) - static_cast<int>(arc_b.has_value());
        // Equal arcs may differ in octets where an agent pads them (X.690 section 8.19.2 forbids).
        if (*arc_a != *arc_b) return *arc_a < *arc_b ? -1 : 1;
    }
}

std::optional<std::uint32_t> BerArcs::next_long()
{
    if (rest_.empty()) return std::nullopt;
    std::uint64_t arc = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
        arc = (arc << 7) | std::to_integer<std::uint64_t>(rest_[i] & std::byte{0x7f});
        if (arc > std::numeric_limits<std::uint32_t>::max()) break;
        if ((rest_[i] & more) == std::byte{0}) {
            rest_ = rest_.subspan(i + 1);
            return static_cast<std::uint32_t>(arc);
        }
    }
    failed_ = true;
    rest_ = {};
    return std::nullopt;
}

std::string describe_oid(std::span<const std::byte> content)
{
    const auto oid = Oid::from_ber(content);
    return oid ? oid->to_string() : std::string{"(malformed OID)"};
}

} // namespace hallmonitor::agent
