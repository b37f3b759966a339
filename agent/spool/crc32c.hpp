#pragma once
// CRC32C (Castagnoli), as iSCSI has it (RFC 3720, appendix B.4): finds all errors of up to three
// bits in records of our sizes, and bursts of up to 32.

#include <cstddef>
#include <cstdint>
#include <span>

namespace hallmonitor::agent {

/// The checksum of all that is added, in any pieces.
class Crc32c {
public:
    void add(std::span<const std::byte> bytes);
    [[nodiscard]] std::uint32_t value() const { return ~state_; }

private:
    std::uint32_t state_{~std::uint32_t{0}};
};

} // namespace hallmonitor::agent
