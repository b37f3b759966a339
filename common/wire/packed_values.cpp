#include "common/wire/packed_values.hpp"

#include "common/wire/varint.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hallmonitor::wire {
namespace {

// Numbers with runs of 0 shortened.
class Writer {
public:
    explicit Writer(char* out) : out_(out) {}

    void add(std::uint64_t difference)
    {
        if (difference == 0) {
            ++zeros_;
            return;
        }
        end_run();
        const auto code = protozero::encode_zigzag64(static_cast<std::int64_t>(difference));
        out_ = put_varint(out_, code);
    }
    void end_run()
    {
        if (zeros_ == 0) return;
        *out_++ = '\0';
        out_ = put_varint(out_, zeros_ - 1);
        zeros_ = 0;
    }
    [[nodiscard]] const char* end() const { return out_; }

private:
    char* out_;
    std::uint64_t zeros_{0};
};

class Reader {
public:
    explicit Reader(std::string_view octets)
        : octets_{.at = octets.data(), .end = octets.data() + octets.size()}
    {}

    std::uint64_t take()
    {
        if (zeros_ > 0) {
            --zeros_;
            return 0;
        }
        const std::uint64_t number = octets_.take();
        if (number == 0) zeros_ = octets_.take();
        return static_cast<std::uint64_t>(protozero::decode_zigzag64(number));
    }

private:
    Varints octets_;
    std::uint64_t zeros_{0};
};

// A number between runs of 0 costs two octets more than itself.
constexpr std::size_t most_octets_a_cell = longest_varint + 2;

} // namespace

void PackedValues::keep(const Cells& cells, std::size_t rows)
{
    const std::vector<std::uint8_t> presence =
        cells.all_there() ? std::vector<std::uint8_t>{} : cells.presence();
    std::string packed(1, cells.all_there() ? '\1' : '\0');
    packed.append(presence.begin(), presence.end());
    const std::size_t begin = packed.size();
    packed.resize(begin + (cells.size() + 1) * most_octets_a_cell);
    Writer writer{packed.data() + begin};
    for (std::size_t column = 0; column < cells.size(); column += rows) {
        std::uint64_t before = 0;
        for (std::size_t i = column; i < column + rows; ++i) {
            // One that is absent is as the row before.
            const std::uint64_t number = cells.is_there(i) ? cells.numbers()[i] : before;
            writer.add(number - before);
            before = number;
        }
    }
    writer.end_run();
    const std::string_view needed{
        packed.data(), static_cast<std::size_t>(writer.end() - packed.data())};
    // In its own place when it fits, else in one that fits exactly.
    if (needed.size() <= bytes_.capacity()) {
        bytes_ = needed;
    } else {
        bytes_ = std::string{needed};
    }
    cells_ = cells.size();
}

Cells PackedValues::unpack(std::size_t rows) const
{
    Cells cells = Cells::zeros(cells_);
    if (cells_ == 0) return cells;
    const bool all_there = bytes_[0] != '\0';
    const std::size_t bits = all_there ? 0 : (cells_ + 7) / 8;
    Reader reader{std::string_view{bytes_}.substr(1 + bits)};
    for (std::size_t column = 0; column < cells_; column += rows) {
        std::uint64_t before = 0;
        for (std::size_t i = column; i < column + rows; ++i) {
            before += reader.take();
            cells.numbers()[i] = before;
        }
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    const auto* const presence = reinterpret_cast<const std::uint8_t*>(bytes_.data() + 1);
    if (!all_there) cells.set_presence({presence, bits});
    return cells;
}

} // namespace hallmonitor::wire
