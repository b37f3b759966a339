#include "common/wire/packed_values.hpp"

#include "common/wire/protozero.hpp"

#include <cstdint>
#include <vector>

namespace hallmonitor::wire {
namespace {

std::uint64_t zigzag(std::uint64_t difference)
{
    return protozero::encode_zigzag64(static_cast<std::int64_t>(difference));
}

// Writes numbers with runs of 0 shortened.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void add(std::uint64_t difference)
    {
        if (difference == 0) {
            ++zeros_;
            return;
        }
        end_run();
        protozero::add_varint_to_buffer(&out_, zigzag(difference));
    }
    void end_run()
    {
        if (zeros_ == 0) return;
        out_.push_back('\0');
        protozero::add_varint_to_buffer(&out_, zeros_ - 1);
        zeros_ = 0;
    }

private:
    std::string& out_;
    std::uint64_t zeros_{0};
};

class Reader {
public:
    Reader(const char* begin, const char* end) : at_(begin), end_(end) {}

    std::uint64_t take()
    {
        if (zeros_ > 0) {
            --zeros_;
            return 0;
        }
        const std::uint64_t number = protozero::decode_varint(&at_, end_);
        if (number == 0) zeros_ = protozero::decode_varint(&at_, end_);
        return static_cast<std::uint64_t>(protozero::decode_zigzag64(number));
    }

private:
    const char* at_;
    const char* end_;
    std::uint64_t zeros_{0};
};

} // namespace

void PackedValues::keep(const Cells& cells, std::size_t rows)
{
    std::string packed;
    packed.reserve(bytes_.size() + 64);
    packed.push_back(cells.all_there() ? '\1' : '\0');
    if (!cells.all_there()) {
        const std::vector<std::uint8_t> bits = cells.presence();
        packed.append(bits.begin(), bits.end());
    }
    Writer writer{packed};
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i % rows == 0) before = 0;
        // One that is absent is as the row before.
        const std::uint64_t number = cells.is_there(i) ? cells.numbers()[i] : before;
        writer.add(number - before);
        before = number;
    }
    writer.end_run();
    cells_ = cells.size();
    // In its own place when it fits, else in one that fits exactly.
    if (packed.size() <= bytes_.capacity()) {
        bytes_ = packed;
    } else {
        bytes_ = std::string{packed.data(), packed.size()};
    }
}

Cells PackedValues::unpack(std::size_t rows) const
{
    Cells cells = Cells::zeros(cells_);
    if (cells_ == 0) return cells;
    const bool all_there = bytes_[0] != '\0';
    const std::size_t bits = all_there ? 0 : (cells_ + 7) / 8;
    Reader reader{bytes_.data() + 1 + bits, bytes_.data() + bytes_.size()};
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < cells_; ++i) {
        if (i % rows == 0) before = 0;
        before += reader.take();
        cells.numbers()[i] = before;
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    const auto* const presence = reinterpret_cast<const std::uint8_t*>(bytes_.data() + 1);
    if (!all_there) cells.set_presence({presence, bits});
    return cells;
}

} // namespace hallmonitor::wire
