#pragma once
// Plain little-endian bytes for records that only the collector itself reads back. The reader knows
// its end and remembers its first failure.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::collector {

class ByteWriter {
public:
    void u8(std::uint8_t value)
    {
        *room_for(1) = static_cast<std::byte>(value);
        ++size_;
    }
    /// LEB128: small numbers take one octet.
    void number(std::uint64_t value)
    {
        constexpr std::size_t longest = 10;
        std::byte* const begin = room_for(longest);
        std::byte* out = begin;
        for (; value >= 0x80; value >>= 7)
            *out++ = static_cast<std::byte>(value | 0x80);
        *out++ = static_cast<std::byte>(value);
        size_ += static_cast<std::size_t>(out - begin);
    }
    /// One that may be below 0; near 0 it takes one octet.
    void signed_number(std::int64_t value)
    {
        number(static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63));
    }
    void text(std::string_view value)
    {
        number(value.size());
        append(std::as_bytes(std::span{value.data(), value.size()}));
    }
    void append(std::span<const std::byte> bytes)
    {
        std::copy(bytes.begin(), bytes.end(), room_for(bytes.size()));
        size_ += bytes.size();
    }
    void reserve(std::size_t size) { bytes_.resize(size); }
    [[nodiscard]] std::span<const std::byte> written() const { return {bytes_.data(), size_}; }
    /// Begins anew in the same room.
    void clear() { size_ = 0; }
    [[nodiscard]] std::vector<std::byte> take() &&
    {
        bytes_.resize(size_);
        return std::move(bytes_);
    }

private:
    std::byte* room_for(std::size_t more)
    {
        if (bytes_.size() - size_ < more) bytes_.resize(2 * bytes_.size() + more);
        return bytes_.data() + size_;
    }

    std::vector<std::byte> bytes_; // the first size_ are written
    std::size_t size_{0};
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
    std::int64_t signed_number()
    {
        const std::uint64_t code = number();
        return static_cast<std::int64_t>(code >> 1U ^ (~(code & 1) + 1));
    }
    std::string text()
    {
        const auto bytes = block();
        std::string value(bytes.size(), '\0');
        std::transform(bytes.begin(), bytes.end(), value.begin(), [](std::byte octet) {
            return static_cast<char>(octet);
        });
        return value;
    }
    /// What text() or a number and append() wrote.
    std::span<const std::byte> block()
    {
        const std::uint64_t size = number();
        if (size > rest_.size()) {
            failed_ = true;
            return {};
        }
        const auto block = rest_.first(size);
        rest_ = rest_.subspan(size);
        return block;
    }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    [[nodiscard]] bool failed() const { return failed_; }
    /// What was read makes no sense.
    void fail() { failed_ = true; }

private:
    std::span<const std::byte> rest_;
    bool failed_{false};
};

} // namespace hallmonitor::collector
