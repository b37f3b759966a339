#pragma once
// Varints in memory that is there already: protozero's writer checks for room at each octet.
// Internal to common/wire.

#include "common/wire/protozero.hpp"

#include <cstddef>
#include <cstdint>

namespace hallmonitor::wire {

inline constexpr std::size_t longest_varint = 10;

/// Gives the place behind it; `out` has room for the longest.
inline char* put_varint(char* out, std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *out++ = static_cast<char>(value | 0x80);
    *out++ = static_cast<char>(value);
    return out;
}

/// Octets that are read as varints.
struct Varints {
    const char* at;
    const char* end;

    /// Throws, as protozero does, where the octets end within a number.
    std::uint64_t take()
    {
        // Most are small.
        if (at != end && (*at & 0x80) == 0) return static_cast<unsigned char>(*at++);
        return protozero::decode_varint(&at, end);
    }
};

} // namespace hallmonitor::wire
