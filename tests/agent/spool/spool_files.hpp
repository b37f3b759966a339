#pragma once
// Spool files and batches made for tests.

#include "agent/spool/record.hpp"
#include "common/wire/batch.hpp"

#include <cstddef>
#include <vector>

namespace hallmonitor::agent::test {

inline constexpr Epoch epoch{0x1234};

/// A batch of about `bytes` octets that stands `seq` in the segment `segment`.
SealedBatch batch_of(Seq seq, Seq segment, std::size_t bytes = 100, Epoch of = epoch);

/// A segment file as the spool writes it.
std::vector<std::byte> file_of(const std::vector<SealedBatch>& batches);

/// Batches first..last of one segment.
std::vector<SealedBatch> batches_of(Seq first, Seq last, std::size_t bytes = 100);

} // namespace hallmonitor::agent::test
