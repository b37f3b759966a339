#pragma once
// Request ids that nobody can guess: 31 bits each of a ChaCha20 key stream (RFC 8439). Whoever sees
// the ids of requests to one device learns nothing of those to another, so a forged reply from off
// the path is right once in 2^31.

#include <array>
#include <cstddef>
#include <cstdint>

namespace hallmonitor::agent {

class RequestIds {
public:
    /// Seed it from the kernel's random numbers; tests use a fixed one.
    explicit RequestIds(std::uint64_t seed);

    /// From 1 to 2^31 - 1. Repeats happen as chance has it: the caller passes over ids in use.
    [[nodiscard]] std::int32_t next();

private:
    std::array<std::uint32_t, 8> key_{};
    std::array<std::uint32_t, 16> block_{};
    std::uint32_t counter_{0};
    std::size_t used_{16};
};

/// One ChaCha20 block as sixteen words, RFC 8439 section 2.3.
[[nodiscard]] std::array<std::uint32_t, 16> chacha20_block(
    const std::array<std::uint32_t, 8>& key,
    std::uint32_t counter,
    const std::array<std::uint32_t, 3>& nonce
);

} // namespace hallmonitor::agent
