#pragma once
// Plain little-endian bytes for records that only the collector itself reads back. The reader knows
// its end and remembers its first failure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::collector {

class ByteWriter {
public:
    void u8(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
    /// LEB128: small numbers take one octet.
    void number(std::uint64_t value)
    {
        std::array<std::byte, 10> octets{};
        std::size_t size = 0;
        for (; value >= 0x80; value >>= 7)
            octets.at(size++) = static_cast<std::byte>(value | 0x80);
        octets.at(size++) = static_cast<std::byte>(value);
        append(std::span{octets}.first(size));
    }
    void text(std::string_view value)
    {
        number(value.size());
        append(std::as_bytes(std::span{value.data(), value.size()}));
    }
    void append(std::span<const std::byte> bytes)
    {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    void reserve(std::size_t size) { bytes_.reserve(size); }
    [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    std::uint8_t u8()
    {
        if (rest_.empty()) {
            failed_ = true;
            return 0;
        }
        const auto value = std::to_integer<std::uint8_t>(rest_.front());
        rest_ = rest_.subspan(1);
        return value;
    }
    std::uint64_t number()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t octet = u8();
            value |= static_cast<std::uint64_t>(octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) return value;
        }
        failed_ = true;
        return 0;
    }
    std::string text()
    {
        const std::uint64_t size = number();
        if (size > rest_.size()) {
            failed_ = true;
            return {};
        }
        std::string value(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            value[i] = static_cast<char>(rest_[i]);
        rest_ = rest_.subspan(size);
        return value;
    }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    std::span<const std::byte> rest_;
    bool failed_{false};
};

} // namespace hallmonitor::collector
