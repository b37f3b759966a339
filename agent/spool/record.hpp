#pragma once
// The spool on disk (D3).
//
// Constraints: bounded; append-only; freed by unlink, so that space returns even on a full disk; a
// torn tail and flipped bits are found and named, and records behind them are kept; every file says
// itself what it is.
//
// Layout: one folder, one file a segment (after a failed fsync, or when very large, several), named
// by the number of its first batch in 20 digits and ".seg", or ".sent" once a batch of it was sent.
// A file is a head, then records. All integers are little-endian.
//   head    "HMSPOOL1", epoch (8), first seq (8), CRC32C of the 24 octets before (4)
//   record  "HMRC", length (4), CRC32C of length and payload (4), payload: a Batch message
// A file belongs to its writer until the next file is begun; then it never changes. One of which
// nothing was sent may be replaced by another of the same batches with less in them (thinning.hpp).
//
// States of a batch: in memory -> written -> durable (fdatasync came back) -> settled (the ledger
// has it) -> its file unlinked. Only durable batches are sent, so that a number is never used for
// two batches, not even over a power cut.

#include "common/error.hpp"
#include "common/model/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

inline constexpr std::size_t segment_head_bytes = 28;
inline constexpr std::size_t record_head_bytes = 12;

struct SegmentHead {
    Epoch epoch;
    Seq first;
    bool operator==(const SegmentHead&) const = default;
};

[[nodiscard]] std::array<std::byte, segment_head_bytes> encode_segment_head(const SegmentHead& head
);
/// Errors: malformed, checksum_mismatch.
[[nodiscard]] Result<SegmentHead> decode_segment_head(std::span<const std::byte> file);

[[nodiscard]] std::array<std::byte, record_head_bytes> encode_record_head(
    std::span<const std::byte> payload
);
/// Length of the payload that the record's head declares. Errors: malformed.
[[nodiscard]] Result<std::size_t> decode_record_length(std::span<const std::byte> bytes);
/// The payload of the record at the front of `bytes`. Errors: malformed (no record, or cut off),
/// checksum_mismatch.
[[nodiscard]] Result<std::span<const std::byte>> decode_record(std::span<const std::byte> bytes);

/// The fewest octets that a record can take: how many a damaged stretch may have held.
inline constexpr std::size_t least_record_bytes = 32;

struct ScannedRecord {
    Seq seq;
    std::uint64_t offset{0};
    std::uint32_t length{0}; // of the payload
    bool operator==(const ScannedRecord&) const = default;
};

struct Scan {
    Seq segment;                        // first batch of the segment that the records belong to
    std::vector<ScannedRecord> records; // in order of seq
    std::uint64_t good_bytes{0};        // the file is whole up to here; what follows is a torn tail
    std::vector<std::string> damage;    // one sentence a damaged stretch in the middle
};

/// Finds the records of a whole file whose head has said `head`; passes over damage to the next
/// good record. A record counts only if it can belong there: of the epoch, of one segment, its
/// number above the one before by no more than the damage between may have held.
[[nodiscard]] Scan scan_segment(std::span<const std::byte> file, const SegmentHead& head);

} // namespace hallmonitor::agent
