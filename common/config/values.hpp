#pragma once
// What the texts of a configuration mean: quantities, addresses, and how a text is shown in an
// error.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hallmonitor {

struct Endpoint {
    std::string host; // IP literal without brackets, or a host name
    std::uint16_t port{0};
    bool operator==(const Endpoint&) const = default;
};

/// A whole number, digits only: no sign, no leading zero, no exponent.
std::optional<std::uint64_t> parse_whole(std::string_view text);

/// Thousandths of a decimal number with at most three places: "0.25" is 250.
std::optional<std::int64_t> parse_thousandths(std::string_view text);

/// The inverse, without needless decimals: 1500 is "1.5".
std::string thousandths_text(std::int64_t thousandths);

/// Octets: a whole number, alone or with KiB, MiB or GiB.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);

/// The inverse, in the largest unit that divides the number: "256MiB".
std::string byte_size_text(std::uint64_t octets);

/// An IPv4 or IPv6 literal; a link-local IPv6 address may carry its zone (fe80::1%eth0).
bool is_ip_literal(std::string_view text);

/// An IP literal or a host name (RFC 1123, underscores admitted). Digits and dots alone must be
/// IPv4.
bool is_host(std::string_view text);

/// host, host:port, [IPv6]:port or a bare IPv6 literal; `port` when the text has none.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t port);

/// host:port, with brackets where the host has colons.
std::string to_string(const Endpoint& endpoint);

/// `path` as the configuration means it: relative to the folder of the file.
std::string beside(const std::string& file, const std::string& path);

/// The position of the first byte that is no part of valid UTF-8, if there is one.
std::optional<std::size_t> invalid_utf8(std::string_view text);

/// True for text without control characters (C0, DEL and C1) that is valid UTF-8.
bool is_printable(std::string_view text);

/// `text` in single quotes for an error message: control characters as '?', long ones cut.
std::string in_quotes(std::string_view text);

/// The one of `known` that `word` was most likely meant to be; empty when none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

} // namespace hallmonitor
