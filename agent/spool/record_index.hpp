#pragma once
// Where the records of one spool file stand: four octets a record, since a week of batches is
// hundreds of thousands of them.

#include "agent/spool/record.hpp"
#include "common/model/ids.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hallmonitor::agent {

class RecordIndex {
public:
    RecordIndex() = default;
    explicit RecordIndex(std::span<const ScannedRecord> records);

    /// `seq` is above all before it. Numbers left out are missing.
    void add(Seq seq, std::uint64_t offset);
    /// Forgets `from` and all after it.
    void cut(Seq from);

    [[nodiscard]] std::optional<std::uint64_t> find(Seq seq) const;
    [[nodiscard]] bool empty() const { return offsets_.empty(); }
    [[nodiscard]] Seq first() const { return first_; } // if not empty
    [[nodiscard]] Seq last() const { return {first_.value + offsets_.size() - 1}; }

private:
    Seq first_;
    std::vector<std::uint32_t> offsets_; // of first_ and its successors; 0: missing
};

/// Files are kept below this, so that offsets fit.
inline constexpr std::uint64_t most_file_bytes = std::uint64_t{64} << 20;

} // namespace hallmonitor::agent
