#pragma once
// What a table is, at rest: names and aliases of every port of a thousand switches, of which
// nothing is needed before the next segment begins. Internal to common/wire.

#include "common/model/table.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hallmonitor::wire {

class PackedDefinition {
public:
    PackedDefinition() = default;
    explicit PackedDefinition(const TableDefinition& definition);

    /// Whether it is this one.
    [[nodiscard]] bool holds(const TableDefinition& definition) const;
    /// The fields of a message Definition, without number and carry-over.
    [[nodiscard]] std::string fields() const;
    /// Empty when it holds texts that no decoder takes.
    [[nodiscard]] std::optional<TableDefinition> unpack() const;

private:
    std::string frame_; // of fields(), compressed
    std::size_t size_{0};
};

} // namespace hallmonitor::wire
