#pragma once
// A hash of text that is the same at every start and on every machine, which std::hash does not
// promise.

#include <cstdint>
#include <string_view>

namespace hallmonitor::agent {

/// FNV-1a with a final mix, so that texts that differ in their last letter are no neighbours.
constexpr std::uint64_t steady_hash(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
    return hash ^ (hash >> 33);
}

} // namespace hallmonitor::agent
