#pragma once
// A fuzzer's input read as a script: decisions, one octet each, and octets to put somewhere. Past
// its end all decisions are 0.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hallmonitor::fuzz {

class Script {
public:
    explicit Script(std::span<const std::byte> data) : rest_(data) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    std::uint8_t next()
    {
        if (rest_.empty()) return 0;
        const auto value = std::to_integer<std::uint8_t>(rest_.front());
        rest_ = rest_.subspan(1);
        return value;
    }

    /// As many octets as there still are, in place.
    std::span<const std::byte> octets(std::size_t size)
    {
        const auto part = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(part.size());
        return part;
    }

    std::vector<std::byte> next(std::size_t size)
    {
        const auto part = octets(size);
        return {part.begin(), part.end()};
    }

private:
    std::span<const std::byte> rest_;
};

} // namespace hallmonitor::fuzz
