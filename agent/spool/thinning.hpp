#pragma once
// A segment told with less detail, for a spool that is full: counters in larger steps, states to
// the second as before. Its batches keep their numbers, since the collector may have some of them.

#include "agent/spool/segment_info.hpp"
#include "common/error.hpp"
#include "common/wire/batch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hallmonitor::agent {

/// Between two readings that stay where no state has changed.
[[nodiscard]] std::chrono::milliseconds spacing_of(Detail detail);

struct Thinned {
    std::vector<SealedBatch> batches;
    std::uint64_t left_out{0}; // readings
};

/// `segment`: all its batches in order. Of each table's readings stay one every `spacing`, the
/// last, and both sides of every step that is more than counters going up: a state that changed, a
/// counter that went back, a restart, rows that came or went, a reading that was missed; and so
/// many that counters of 32 bits can be told from those that wrapped once more. Events stay. What
/// is left out is told by TableReading::covered. Errors: those of BatchDecoder.
[[nodiscard]] Result<Thinned> thin(
    std::span<const std::vector<std::byte>> segment, std::chrono::milliseconds spacing
);

} // namespace hallmonitor::agent
