#include "collector/expose/gzip.hpp"

#include "common/check.hpp"

#include <limits>
#include <memory>
#include <utility>
#include <zlib.h>

namespace hallmonitor::collector {
namespace {

class Gzip {
public:
    Gzip()
    {
        constexpr int gzip_framing = 16 + MAX_WBITS;
        constexpr int memory_level = 8;
        const int code = deflateInit2(
            &stream_, Z_BEST_SPEED, Z_DEFLATED, gzip_framing, memory_level, Z_DEFAULT_STRATEGY
        );
        INVARIANT(code == Z_OK);
    }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;
    ~Gzip() { deflateEnd(&stream_); }

    /// Appends what `text` gives so far; with `last` also the member's end.
    void compress(const std::string& text, bool last, std::string& into)
    {
        INVARIANT(text.size() <= std::numeric_limits<uInt>::max());
        // zlib does not write to its input, and says so only in newer versions.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        stream_.avail_in = static_cast<uInt>(text.size());
        do {
            constexpr std::size_t room = std::size_t{64} << 10;
            const std::size_t before = into.size();
            into.resize(before + room);
            stream_.next_out = reinterpret_cast<Bytef*>(into.data() + before);
            stream_.avail_out = room;
            deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
            into.resize(before + room - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

private:
    z_stream stream_{};
};

} // namespace

PageSource joined(std::string first, PageSource rest)
{
    return [first = std::move(first), rest = std::move(rest)](std::string& into) mutable {
        if (!first.empty()) {
            into += std::exchange(first, {});
            return true;
        }
        return rest && rest(into);
    };
}

PageSource gzipped(std::string first, PageSource rest)
{
    PageSource plain = joined(std::move(first), std::move(rest));
    return
        [plain = std::move(plain), gzip = std::make_shared<Gzip>(), ended = false](std::string& into
        ) mutable {
            const std::size_t before = into.size();
            std::string piece;
            // Compressed pieces are smaller: several plain ones make one.
            while (!ended && into.size() == before) {
                piece.clear();
                ended = !plain(piece);
                gzip->compress(piece, ended, into);
            }
            return into.size() > before;
        };
}

} // namespace hallmonitor::collector
