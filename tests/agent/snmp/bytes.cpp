#include "tests/agent/snmp/bytes.hpp"

#include <cstdint>

namespace hallmonitor::agent::testing {

Bytes bytes(std::string_view hex)
{
    constexpr std::string_view digits = "0123456789abcdef";
    Bytes out;
    std::size_t seen = 0;
    std::size_t octet = 0;
    for (const char c : hex) {
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) continue;
        octet = (octet * 16 + digit) & 0xff;
        if (++seen % 2 == 0) out.push_back(static_cast<std::byte>(octet));
    }
    return out;
}

} // namespace hallmonitor::agent::testing
