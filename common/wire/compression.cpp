#include "common/wire/compression.hpp"

#include "common/check.hpp"

#include <zstd.h>

namespace hallmonitor::wire {
namespace {

constexpr int compression_level = 1; // of deltas higher ones make nothing smaller

} // namespace

std::string compress(std::string_view content)
{
    std::string out(ZSTD_compressBound(content.size()), '\0');
    const std::size_t size =
        ZSTD_compress(out.data(), out.size(), content.data(), content.size(), compression_level);
    INVARIANT(ZSTD_isError(size) == 0);
    // Of what it asks for it needs a part.
    return std::string{out.data(), size};
}

std::optional<std::string> decompress(std::string_view frames, std::size_t size)
{
    std::string content(size, '\0');
    const std::size_t got =
        ZSTD_decompress(content.data(), content.size(), frames.data(), frames.size());
    if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
    return content;
}

} // namespace hallmonitor::wire
