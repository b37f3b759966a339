#pragma once
// What octets of a device mean as text.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::agent {

/// Through the sanitizer; empty when nothing but blanks is left.
[[nodiscard]] std::string plain_text(std::string_view octets);

/// "aa:bb:cc:dd:ee:ff" of octets, or of text that already is one (also aa-bb-.. and aabb.ccdd..);
/// anything else is pairs of digits with colons.
[[nodiscard]] std::string mac_text(std::string_view octets);

/// "10.0.0.1" or "fe80::1" of 4 or 16 octets, also with the address family of IANA before them as
/// LLDP has it; printable text stays.
[[nodiscard]] std::string address_text(std::string_view octets);

/// True for valid UTF-8 without control characters, but for NULs behind it, and for Latin-1 that is
/// rather words than an address.
[[nodiscard]] bool is_clean_text(std::string_view octets);

/// The n-th number, from 1, or from the end if negative, that stands in a text: digits with a sign
/// and a point.
[[nodiscard]] std::optional<double> number_in_text(std::string_view text, int n);

} // namespace hallmonitor::agent
