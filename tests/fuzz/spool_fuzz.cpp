// Any bytes taken for a spool file, and a good file with any octets changed: what a scan finds are
// whole records in order, and of a good file all that were left alone.

#include "agent/spool/record_index.hpp"
#include "common/check.hpp"
#include "tests/agent/spool/spool_files.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

Scan check_scan(std::span<const std::byte> file, const SegmentHead& head)
{
    Scan scan = scan_segment(file, head);
    std::uint64_t end = segment_head_bytes;
    Seq least = head.first;
    for (const ScannedRecord& record : scan.records) {
        INVARIANT(record.offset >= end && record.seq >= least);
        const auto payload = decode_record(file.subspan(record.offset));
        INVARIANT(payload && payload->size() == record.length);
        INVARIANT(peek_batch_id(*payload).value().seq == record.seq);
        end = record.offset + record_head_bytes + record.length;
        least = next(record.seq);
    }
    INVARIANT(scan.good_bytes == end);
    const RecordIndex index{scan.records};
    for (const ScannedRecord& record : scan.records)
        INVARIANT(index.find(record.seq) == record.offset);
    return scan;
}

// Three octets a change: place (2) and value.
void check_changed(std::span<const std::byte> changes)
{
    static const auto batches = test::batches_of(Seq{5}, Seq{12}, 60);
    static const auto good = test::file_of(batches);
    const SegmentHead head{.epoch = test::epoch, .first = Seq{5}};
    std::vector<std::byte> file = good;
    for (; changes.size() >= 3; changes = changes.subspan(3)) {
        const auto place = std::to_integer<std::size_t>(changes[0]) * 256 +
                           std::to_integer<std::size_t>(changes[1]);
        file[segment_head_bytes + place % (file.size() - segment_head_bytes)] = changes[2];
    }
    const Scan found = check_scan(file, head);
    for (const ScannedRecord& record : scan_segment(good, head).records) {
        const auto begin = static_cast<std::ptrdiff_t>(record.offset);
        const auto size = static_cast<std::ptrdiff_t>(record_head_bytes + record.length);
        if (!std::equal(good.begin() + begin, good.begin() + begin + size, file.begin() + begin))
            continue;
        INVARIANT(
            std::find(found.records.begin(), found.records.end(), record) != found.records.end()
        );
    }
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const auto bytes = std::as_bytes(std::span{data, size}).subspan(1);
    if (data[0] == 'c') {
        check_changed(bytes);
        return 0;
    }
    const auto head = decode_segment_head(bytes);
    if (head) check_scan(bytes, *head);
    if (bytes.size() >= segment_head_bytes)
        check_scan(bytes, {.epoch = test::epoch, .first = Seq{5}});
    return 0;
}
