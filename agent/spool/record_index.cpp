#include "agent/spool/record_index.hpp"

#include "common/check.hpp"

namespace hallmonitor::agent {

RecordIndex::RecordIndex(std::span<const ScannedRecord> records)
{
    for (const ScannedRecord& record : records)
        add(record.seq, record.offset);
}

void RecordIndex::add(Seq seq, std::uint64_t offset)
{
    INVARIANT(offset > 0 && offset <= UINT32_MAX);
    if (empty()) first_ = seq;
    INVARIANT(seq.value >= first_.value + offsets_.size());
    offsets_.resize(seq.value - first_.value, 0);
    offsets_.push_back(static_cast<std::uint32_t>(offset));
}

void RecordIndex::cut(Seq from)
{
    if (empty() || from > last()) return;
    offsets_.resize(from > first_ ? from.value - first_.value : 0);
    while (!offsets_.empty() && offsets_.back() == 0)
        offsets_.pop_back();
}

std::optional<std::uint64_t> RecordIndex::find(Seq seq) const
{
    if (empty() || seq < first_ || seq > last()) return std::nullopt;
    const std::uint32_t offset = offsets_[seq.value - first_.value];
    if (offset == 0) return std::nullopt;
    return offset;
}

} // namespace hallmonitor::agent
