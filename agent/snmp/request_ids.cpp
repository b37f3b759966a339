#include "agent/snmp/request_ids.hpp"

#include <algorithm>
#include <bit>

namespace hallmonitor::agent {
namespace {

using Block = std::array<std::uint32_t, 16>;

void quarter_round(Block& s, std::size_t a, std::size_t b, std::size_t c, std::size_t d)
{
    const auto step = [&s](std::size_t to, std::size_t from, std::size_t turned, int bits) {
        s[to] += s[from];
        s[turned] = std::rotl(s[turned] ^ s[to], bits);
    };
    step(a, b, d, 16);
    step(c, d, b, 12);
    step(a, b, d, 8);
    step(c, d, b, 7);
}

} // namespace

Block chacha20_block(
    const std::array<std::uint32_t, 8>& key,
    std::uint32_t counter,
    const std::array<std::uint32_t, 3>& nonce
)
{
    Block start{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
    std::copy(key.begin(), key.end(), start.begin() + 4);
    start[12] = counter;
    std::copy(nonce.begin(), nonce.end(), start.begin() + 13);

    Block s = start;
    for (int round = 0; round < 10; ++round) {
        for (std::size_t column = 0; column < 4; ++column)
            quarter_round(s, column, column + 4, column + 8, column + 12);
        for (std::size_t i = 0; i < 4; ++i)
            quarter_round(s, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12);
    }
    for (std::size_t i = 0; i < s.size(); ++i)
        s[i] += start[i];
    return s;
}

RequestIds::RequestIds(std::uint64_t seed)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}
{}

std::int32_t RequestIds::next()
{
    for (;;) {
        if (used_ == block_.size()) {
            block_ = chacha20_block(key_, counter_++, {});
            used_ = 0;
        }
        const auto id = static_cast<std::int32_t>(block_[used_++] & 0x7fffffff);
        if (id != 0) return id;
    }
}

} // namespace hallmonitor::agent
