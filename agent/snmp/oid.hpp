#pragma once
// Object identifiers: a value type for configuration and messages to people, and free functions on
// BER contents for the hot path, which never builds one. Limits: RFC 2578 section 3.5 (128 arcs).

#include "common/error.hpp"

#include <boost/container/small_vector.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

/// The contents of a BER OBJECT IDENTIFIER, in place for all but unusually long ones.
using OidBytes = boost::container::small_vector<std::byte, 24>;

// NOLINTNEXTLINE(bugprone-exception-escape): moving between inline storages cannot throw.
class Oid {
public:
    static constexpr std::size_t most_arcs = 128;

    Oid() = default;
    Oid(std::initializer_list<std::uint32_t> arcs) : arcs_(arcs.begin(), arcs.end()) {}

    /// From "1.3.6.1" or ".1.3.6.1". Errors: malformed.
    [[nodiscard]] static Result<Oid> parse(std::string_view text);

    /// From the contents of a BER OBJECT IDENTIFIER. Errors: malformed (truncated, an arc over 2^32
    /// - 1, more than 128 arcs).
    [[nodiscard]] static Result<Oid> from_ber(std::span<const std::byte> content);

    [[nodiscard]] std::span<const std::uint32_t> arcs() const
    {
        return {arcs_.data(), arcs_.size()};
    }
    void push(std::uint32_t arc) { arcs_.push_back(arc); }
    [[nodiscard]] bool starts_with(const Oid& prefix) const;
    [[nodiscard]] std::string to_string() const;

    /// Contents octets (X.690 section 8.19); needs at least two arcs.
    [[nodiscard]] std::vector<std::byte> ber_content() const;

    bool operator==(const Oid& other) const { return std::is_eq(*this <=> other); }
    std::strong_ordering operator<=>(const Oid& other) const;

private:
    boost::container::small_vector<std::uint32_t, 20> arcs_;
};

/// "1.3.6.1..." of the contents of a BER OBJECT IDENTIFIER, for messages; says so when malformed.
[[nodiscard]] std::string describe_oid(std::span<const std::byte> content);

/// True when `content` is `prefix` or lies below it. Exact on whole encoded arcs, since these are
/// prefix-free: equal octets up to the end of `prefix` are equal arcs.
[[nodiscard]] inline bool ber_starts_with(
    std::span<const std::byte> content, std::span<const std::byte> prefix
)
{
    return content.size() >= prefix.size() &&
           std::memcmp(content.data(), prefix.data(), prefix.size()) == 0;
}

/// Order of two encoded OIDs, arc by arc: negative, 0 or positive.
[[nodiscard]] int ber_compare(std::span<const std::byte> a, std::span<const std::byte> b);

/// The one arc that `rest` consists of; false when it is none, more or malformed.
[[nodiscard]] inline bool read_single_arc(std::span<const std::byte> rest, std::uint32_t& into);

/// Reads arcs one by one from what follows a prefix.
class BerArcs {
public:
    explicit BerArcs(std::span<const std::byte> rest) : rest_(rest) {}
    /// Empty at the end and after a malformed arc.
    [[nodiscard]] std::optional<std::uint32_t> next()
    {
        if (rest_.empty() || rest_.front() >= std::byte{0x80}) return next_long();
        const auto arc = std::to_integer<std::uint32_t>(rest_.front());
        rest_ = rest_.subspan(1);
        return arc;
    }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    [[nodiscard]] std::optional<std::uint32_t> next_long();

    std::span<const std::byte> rest_; // empty after a failure
    bool failed_{false};
};

/// a comes before b.
[[nodiscard]] inline bool ber_less(std::span<const std::byte> a, std::span<const std::byte> b)
{
    // Nearly all indexes are one arc below 128.
    if (a.size() == 1 && b.size() == 1 && b.front() < std::byte{0x80}) return a.front() < b.front();
    return ber_compare(a, b) < 0;
}

inline bool read_single_arc(std::span<const std::byte> rest, std::uint32_t& into)
{
    std::uint64_t arc = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        arc = (arc << 7) | std::to_integer<std::uint64_t>(rest[i] & std::byte{0x7f});
        if (arc > std::numeric_limits<std::uint32_t>::max()) return false;
        if (rest[i] >= std::byte{0x80}) continue;
        into = static_cast<std::uint32_t>(arc);
        return i + 1 == rest.size();
    }
    return false;
}

} // namespace hallmonitor::agent
