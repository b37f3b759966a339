#include "agent/spool/record.hpp"

#include "agent/spool/crc32c.hpp"
#include "common/limits.hpp"
#include "common/wire/batch.hpp"

#include <cstring>
#include <string_view>

namespace hallmonitor::agent {
namespace {

constexpr std::string_view segment_magic = "HMSPOOL1";
constexpr std::string_view record_magic = "HMRC";

bool begins_with(std::span<const std::byte> bytes, std::string_view magic)
{
    return bytes.size() >= magic.size() &&
           std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

void put_little(std::span<std::byte> out, std::uint64_t value)
{
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
}

std::uint64_t get_little(std::span<const std::byte> in)
{
    std::uint64_t value = 0;
    for (std::size_t i = in.size(); i-- > 0;)
        value = (value << 8) | std::to_integer<std::uint64_t>(in[i]);
    return value;
}

std::uint32_t checksum(std::span<const std::byte> first, std::span<const std::byte> second = {})
{
    Crc32c crc;
    crc.add(first);
    crc.add(second);
    return crc.value();
}

// Offset of the next record that is whole, at or after `from`; the file's size when there is none.
std::uint64_t resync(std::span<const std::byte> file, std::uint64_t from)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    const std::string_view text{reinterpret_cast<const char*>(file.data()), file.size()};
    for (std::size_t at = text.find(record_magic, from); at != std::string_view::npos;
         at = text.find(record_magic, at + 1))
        if (decode_record(file.subspan(at))) return at;
    return file.size();
}

// The batch of the record at the front of `bytes`, if it can follow what the scan has found.
Result<ScannedRecord> next_record(
    std::span<const std::byte> bytes, std::uint64_t offset, const SegmentHead& head, Scan& scan
)
{
    const auto payload = decode_record(bytes);
    if (!payload) return payload.error();
    const auto id = peek_batch_id(*payload);
    if (!id) return id.error();
    const bool is_first = scan.records.empty();
    const std::uint64_t gap = (offset - scan.good_bytes) / least_record_bytes;
    const Seq expected = is_first ? head.first : next(scan.records.back().seq);
    const bool belongs = id->epoch == head.epoch && (is_first || id->segment == scan.segment) &&
                         id->seq >= expected && id->seq.value - expected.value <= gap;
    if (!belongs) return Errc::malformed;
    scan.segment = id->segment;
    return ScannedRecord{
        .seq = id->seq,
        .offset = offset,
        .length = static_cast<std::uint32_t>(payload->size()),
    };
}

} // namespace

std::array<std::byte, segment_head_bytes> encode_segment_head(const SegmentHead& head)
{
    std::array<std::byte, segment_head_bytes> out{};
    const std::span<std::byte> all{out};
    std::memcpy(out.data(), segment_magic.data(), segment_magic.size());
    put_little(all.subspan(8, 8), head.epoch.value);
    put_little(all.subspan(16, 8), head.first.value);
    put_little(all.subspan(24, 4), checksum(all.first(24)));
    return out;
}

Result<SegmentHead> decode_segment_head(std::span<const std::byte> file)
{
    if (file.size() < segment_head_bytes || !begins_with(file, segment_magic))
        return Errc::malformed;
    if (get_little(file.subspan(24, 4)) != checksum(file.first(24))) return Errc::checksum_mismatch;
    return SegmentHead{
        .epoch = {get_little(file.subspan(8, 8))},
        .first = {get_little(file.subspan(16, 8))},
    };
}

std::array<std::byte, record_head_bytes> encode_record_head(std::span<const std::byte> payload)
{
    std::array<std::byte, record_head_bytes> out{};
    const std::span<std::byte> all{out};
    std::memcpy(out.data(), record_magic.data(), record_magic.size());
    put_little(all.subspan(4, 4), payload.size());
    put_little(all.subspan(8, 4), checksum(all.subspan(4, 4), payload));
    return out;
}

Result<std::size_t> decode_record_length(std::span<const std::byte> bytes)
{
    if (bytes.size() < record_head_bytes || !begins_with(bytes, record_magic))
        return Errc::malformed;
    const std::uint64_t length = get_little(bytes.subspan(4, 4));
    if (length > limits::frame_bytes) return Errc::malformed;
    return static_cast<std::size_t>(length);
}

Result<std::span<const std::byte>> decode_record(std::span<const std::byte> bytes)
{
    const auto length = decode_record_length(bytes);
    if (!length || *length > bytes.size() - record_head_bytes) return Errc::malformed;
    const auto payload = bytes.subspan(record_head_bytes, *length);
    if (get_little(bytes.subspan(8, 4)) != checksum(bytes.subspan(4, 4), payload))
        return Errc::checksum_mismatch;
    return payload;
}

Scan scan_segment(std::span<const std::byte> file, const SegmentHead& head)
{
    Scan scan{.segment = {}, .records = {}, .good_bytes = segment_head_bytes, .damage = {}};
    std::uint64_t offset = segment_head_bytes;
    while (offset < file.size()) {
        const auto record = next_record(file.subspan(offset), offset, head, scan);
        if (!record) {
            offset = resync(file, offset + 1);
            continue;
        }
        if (scan.good_bytes < offset)
            scan.damage.push_back(
                "octets " + std::to_string(scan.good_bytes) + " to " + std::to_string(offset) +
                " are damaged; what stands behind them is kept"
            );
        scan.records.push_back(*record);
        offset += record_head_bytes + record->length;
        scan.good_bytes = offset;
    }
    return scan;
}

} // namespace hallmonitor::agent
