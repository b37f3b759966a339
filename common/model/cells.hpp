#pragma once
// The values of one reading: eight octets a cell, since a collector holds a reading of every table
// of the district. Which cells are absent is kept only where some are.

#include "common/check.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace hallmonitor {

/// One cell; empty where the device gave nothing.
using Cell = std::optional<std::uint64_t>;

class Cells {
public:
    Cells() = default;
    Cells(std::initializer_list<Cell> cells);
    Cells(const std::vector<Cell>& cells); // NOLINT(google-explicit-constructor): the same, wider
    /// All there and 0.
    [[nodiscard]] static Cells zeros(std::size_t size);
    [[nodiscard]] static Cells absent(std::size_t size);

    [[nodiscard]] std::size_t size() const { return numbers_.size(); }
    [[nodiscard]] bool empty() const { return numbers_.empty(); }
    [[nodiscard]] bool is_there(std::size_t place) const
    {
        return presence_.empty() || (presence_[place / 8] >> (place % 8) & 1) != 0;
    }
    [[nodiscard]] Cell operator[](std::size_t place) const
    {
        return is_there(place) ? Cell{numbers_[place]} : Cell{};
    }
    [[nodiscard]] Cell at(std::size_t place) const
    {
        INVARIANT(place < size());
        return (*this)[place];
    }
    void set(std::size_t place, const Cell& cell);
    void push_back(const Cell& cell);
    void reserve(std::size_t size) { numbers_.reserve(size); }

    /// 0 where the cell is absent.
    [[nodiscard]] std::span<const std::uint64_t> numbers() const { return numbers_; }
    /// To change numbers of cells that are there; the others must stay 0.
    [[nodiscard]] std::span<std::uint64_t> numbers() { return numbers_; }

    [[nodiscard]] bool all_there() const { return presence_.empty(); }
    [[nodiscard]] bool has_presence_of(const Cells& other) const
    {
        return presence_ == other.presence_;
    }
    /// One bit a cell, lowest first, 1 where it is there; spare bits are 0.
    [[nodiscard]] std::vector<std::uint8_t> presence() const;
    /// Cells that come are 0. `bits` has an octet for each eight cells; spare bits do not matter.
    void set_presence(std::span<const std::uint8_t> bits);

    bool operator==(const Cells& other) const = default;

private:
    void settle();

    std::vector<std::uint64_t> numbers_;
    std::vector<std::uint8_t> presence_; // empty when all are there; the last octet's spare bits: 0
};

} // namespace hallmonitor
