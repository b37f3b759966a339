#pragma once
// Object identifiers: a value type for configuration and messages to people, and free functions on
// BER contents for the hot path, which never builds one. Limits: RFC 2578 section 3.5 (128 arcs).

#include "common/error.hpp"

#include <boost/container/small_vector.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

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

/// True when `content` is `prefix` or lies below it. Exact on whole encoded arcs.
[[nodiscard]] bool ber_starts_with(
    std::span<const std::byte> content, std::span<const std::byte> prefix
);

/// Order of two encoded OIDs, arc by arc: negative, 0 or positive.
[[nodiscard]] int ber_compare(std::span<const std::byte> a, std::span<const std::byte> b);

/// The one arc that `rest` consists of. Errors: malformed.
[[nodiscard]] Result<std::uint32_t> ber_single_arc(std::span<const std::byte> rest);

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

} // namespace hallmonitor::agent
