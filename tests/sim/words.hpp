#pragma once
// Words, numbers and IPv4 addresses in command lines and control commands.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::sim {

/// IPv4 address and port in host byte order.
struct Address {
    std::uint32_t ip{0};
    std::uint16_t port{0};
    auto operator<=>(const Address&) const = default;
};

std::string to_string(Address address);

/// "127.0.0.1"; empty for anything else.
std::optional<std::uint32_t> ip_of(std::string_view text);
/// "127.0.0.1:161"; empty for anything else.
std::optional<Address> address_of(std::string_view text);
/// A decimal number up to `most`; empty for anything else.
std::optional<std::uint64_t> number_of(std::string_view text, std::uint64_t most);
/// What stands between blanks.
std::vector<std::string_view> words_of(std::string_view line);

} // namespace hallmonitor::sim
