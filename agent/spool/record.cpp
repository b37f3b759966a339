#include "agent/spool/record.hpp"

#include "common/limits.hpp"
#include "common/wire/batch.hpp"

#include <boost/crc.hpp>

#include <algorithm>

namespace hallmonitor::agent {
namespace {

using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

constexpr std::array<std::byte, 8> segment_magic{
    std::byte{'H'},
    std::byte{'M'},
    std::byte{'S'},
    std::byte{'P'},
    std::byte{'O'},
    std::byte{'O'},
    std::byte{'L'},
    std::byte{'1'},
};
constexpr std::array<std::byte, 4> record_magic{
    std::byte{'H'}, std::byte{'M'}, std::byte{'R'}, std::byte{'C'}};

void put(std::span<std::byte> out, std::uint64_t value)
{
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
}

std::uint64_t get(std::span<const std::byte> in)
{
    std::uint64_t value = 0;
    for (std::size_t i = in.size(); i-- > 0;)
        value = (value << 8) | std::to_integer<std::uint64_t>(in[i]);
    return value;
}

std::uint32_t checksum(std::span<const std::byte> first, std::span<const std::byte> second = {})
{
    Crc32c crc;
    crc.process_bytes(first.data(), first.size());
    crc.process_bytes(second.data(), second.size());
    return crc.checksum();
}

// Offset of the next record that is whole, at or after `from`; the file's size when there is none.
std::uint64_t resync(std::span<const std::byte> file, std::uint64_t from)
{
    auto at = file.begin() + static_cast<std::ptrdiff_t>(from);
    for (;;) {
        at = std::search(at, file.end(), record_magic.begin(), record_magic.end());
        if (at == file.end()) return file.size();
        const auto offset = static_cast<std::uint64_t>(at - file.begin());
        if (decode_record(file.subspan(offset))) return offset;
        ++at;
    }
}

} // namespace

std::array<std::byte, segment_head_bytes> encode_segment_head(const SegmentHead& head)
{
    std::array<std::byte, segment_head_bytes> out{};
    const std::span<std::byte> all{out};
    std::copy(segment_magic.begin(), segment_magic.end(), out.begin());
    put(all.subspan(8, 8), head.epoch.value);
    put(all.subspan(16, 8), head.first.value);
    put(all.subspan(24, 4), checksum(all.first(24)));
    return out;
}

Result<SegmentHead> decode_segment_head(std::span<const std::byte> file)
{
    if (file.size() < segment_head_bytes ||
        !std::equal(segment_magic.begin(), segment_magic.end(), file.begin()))
        return Errc::malformed;
    if (get(file.subspan(24, 4)) != checksum(file.first(24))) return Errc::checksum_mismatch;
    return SegmentHead{
        .epoch = {get(file.subspan(8, 8))},
        .first = {get(file.subspan(16, 8))},
    };
}

std::array<std::byte, record_head_bytes> encode_record_head(std::span<const std::byte> payload)
{
    std::array<std::byte, record_head_bytes> out{};
    const std::span<std::byte> all{out};
    std::copy(record_magic.begin(), record_magic.end(), out.begin());
    put(all.subspan(4, 4), payload.size());
    put(all.subspan(8, 4), checksum(all.subspan(4, 4), payload));
    return out;
}

Result<std::span<const std::byte>> decode_record(std::span<const std::byte> bytes)
{
    if (bytes.size() < record_head_bytes ||
        !std::equal(record_magic.begin(), record_magic.end(), bytes.begin()))
        return Errc::malformed;
    const std::uint64_t length = get(bytes.subspan(4, 4));
    if (length > limits::frame_bytes || length > bytes.size() - record_head_bytes)
        return Errc::malformed;
    const auto payload = bytes.subspan(record_head_bytes, length);
    if (get(bytes.subspan(8, 4)) != checksum(bytes.subspan(4, 4), payload))
        return Errc::checksum_mismatch;
    return payload;
}

Scan scan_segment(std::span<const std::byte> file)
{
    Scan scan{.records = {}, .good_bytes = segment_head_bytes, .damage = {}};
    std::uint64_t offset = segment_head_bytes;
    while (offset < file.size()) {
        const auto payload = decode_record(file.subspan(offset));
        const auto id = payload ? peek_batch_id(*payload) : Result<BatchId>{Errc::malformed};
        if (!id) {
            const std::uint64_t resumed = resync(file, offset + 1);
            if (resumed == file.size()) break; // a torn tail
            scan.damage.push_back(
                "octets " + std::to_string(offset) + " to " + std::to_string(resumed) +
                " are damaged; later records are kept"
            );
            offset = resumed;
            continue;
        }
        scan.records.push_back({
            .seq = id->seq,
            .segment = id->segment,
            .offset = offset,
            .length = static_cast<std::uint32_t>(payload->size()),
        });
        offset += record_head_bytes + payload->size();
        scan.good_bytes = offset;
    }
    return scan;
}

} // namespace hallmonitor::agent
