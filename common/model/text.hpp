#pragma once
// The one sanitizer through which every string from outside passes before it is kept (D7): what
// comes out is valid UTF-8 without control characters, of bounded length, and inert in a log line.
// Escaping for an output format (labels, HTML, JSON, CSV) is that format's own, at its one place.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hallmonitor {

/// Text of an octet string: UTF-8 if it is valid, else read as Latin-1; trailing NULs and line ends
/// cut; control characters (C0, DEL, C1) and bidirectional controls left out (tabs and line ends
/// become blanks); at most limits::device_string_bytes octets, cut at a character's border.
[[nodiscard]] std::string sanitize(std::span<const std::byte> octets);
[[nodiscard]] std::string sanitize(std::string_view text);
/// Whether sanitize() keeps all of it: no character is left out, and none cut off.
[[nodiscard]] bool is_tame(std::span<const std::byte> octets);
/// The same for sentences of our own making that quote such strings: at most `most` octets.
[[nodiscard]] std::string sanitize(std::string_view text, std::size_t most);

/// "aa:bb:cc:dd:ee:ff"; at most 20 octets are shown.
[[nodiscard]] std::string format_mac(std::span<const std::byte> octets);

} // namespace hallmonitor
