#include "tests/sim/served.hpp"

namespace hallmonitor::sim {

std::uint64_t mixed(std::uint64_t seed, std::uint64_t question)
{
    std::uint64_t x = seed + (question + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ x >> 30U) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27U) * 0x94D049BB133111EBU;
    return x ^ x >> 31U;
}

} // namespace hallmonitor::sim
