#include "tests/sim/words.hpp"

#include <charconv>

namespace hallmonitor::sim {

std::string to_string(Address address)
{
    std::string text;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        text += std::to_string(address.ip >> (shift - 8) & 0xFFU);
        text += shift > 8 ? '.' : ':';
    }
    return text + std::to_string(address.port);
}

std::optional<std::uint64_t> number_of(std::string_view text, std::uint64_t most)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > most) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::uint32_t> ip_of(std::string_view text)
{
    std::uint32_t ip = 0;
    for (int part = 0; part < 4; ++part) {
        const auto dot = part < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) return std::nullopt;
        const auto octet = number_of(text.substr(0, dot), 255);
        if (!octet) return std::nullopt;
        ip = ip << 8U | static_cast<std::uint32_t>(*octet);
        text.remove_prefix(part < 3 ? dot + 1 : dot);
    }
    return ip;
}

std::optional<Address> address_of(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto ip = ip_of(text.substr(0, colon));
    const auto port = number_of(text.substr(colon + 1), 65'535);
    if (!ip || !port) return std::nullopt;
    return Address{.ip = *ip, .port = static_cast<std::uint16_t>(*port)};
}

std::vector<std::string_view> words_of(std::string_view line)
{
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<std::string_view> words;
    while (true) {
        const auto start = line.find_first_not_of(blanks);
        if (start == std::string_view::npos) return words;
        line.remove_prefix(start);
        words.push_back(line.substr(0, line.find_first_of(blanks)));
        line.remove_prefix(words.back().size());
    }
}

} // namespace hallmonitor::sim
