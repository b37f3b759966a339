#pragma once
// The last reading of a table at rest: an agent holds one for every table, and most are looked at
// once a minute. Two to three octets a cell, where a number as it is takes eight. Internal to
// common/wire.
//
// Format, of this process alone: an octet 1 when every cell is there, else 0 and a bit a cell; then
// column by column each number as its difference to the row before (to 0 in the first row), zigzag
// and varint; a difference of 0 is followed by how many more of them there are.

#include "common/model/cells.hpp"

#include <cstddef>
#include <string>

namespace hallmonitor::wire {

class PackedValues {
public:
    PackedValues() = default;
    /// `rows` of the table that they are of.
    PackedValues(const Cells& cells, std::size_t rows) { keep(cells, rows); }

    /// Takes the place of what was kept; costs no memory when it is about as large.
    void keep(const Cells& cells, std::size_t rows);
    /// What was kept, with the number of rows that it was kept with.
    [[nodiscard]] Cells unpack(std::size_t rows) const;

    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

private:
    std::string bytes_;
    std::size_t cells_{0};
};

} // namespace hallmonitor::wire
