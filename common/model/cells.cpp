#include "common/model/cells.hpp"

#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor {
namespace {

std::size_t octets_for(std::size_t cells)
{
    return (cells + 7) / 8;
}

// Bits of the last octet that stand for a cell.
std::uint8_t last_octet(std::size_t cells)
{
    return static_cast<std::uint8_t>(cells % 8 == 0 ? 0xff : (1U << cells % 8) - 1);
}

std::vector<std::uint8_t> all_bits(std::size_t cells)
{
    std::vector<std::uint8_t> bits(octets_for(cells), 0xff);
    if (!bits.empty()) bits.back() = last_octet(cells);
    return bits;
}

} // namespace

Cells::Cells(std::initializer_list<Cell> cells)
{
    reserve(cells.size());
    for (const Cell& cell : cells)
        push_back(cell);
}

Cells::Cells(const std::vector<Cell>& cells)
{
    reserve(cells.size());
    for (const Cell& cell : cells)
        push_back(cell);
}

Cells Cells::zeros(std::size_t size)
{
    Cells cells;
    cells.numbers_.assign(size, 0);
    return cells;
}

Cells Cells::absent(std::size_t size)
{
    Cells cells = zeros(size);
    cells.presence_.assign(octets_for(size), 0);
    return cells;
}

void Cells::set(std::size_t place, const Cell& cell)
{
    numbers_[place] = cell.value_or(0);
    if (cell.has_value() == is_there(place)) return;
    if (presence_.empty()) presence_ = all_bits(size());
    presence_[place / 8] = static_cast<std::uint8_t>(presence_[place / 8] ^ (1U << place % 8));
    if (cell) settle();
}

void Cells::push_back(const Cell& cell)
{
    numbers_.push_back(cell.value_or(0));
    if (presence_.empty() && cell) return;
    if (presence_.empty()) {
        presence_ = all_bits(size());
        presence_.back() = static_cast<std::uint8_t>(presence_.back() ^ (1U << (size() - 1) % 8));
        return;
    }
    presence_.resize(octets_for(size()), 0);
    if (cell)
        presence_.back() = static_cast<std::uint8_t>(presence_.back() | 1U << (size() - 1) % 8);
}

std::vector<std::uint8_t> Cells::presence() const
{
    return all_there() ? all_bits(size()) : presence_;
}

void Cells::set_presence(std::span<const std::uint8_t> bits)
{
    INVARIANT(bits.size() == octets_for(size()));
    presence_.assign(bits.begin(), bits.end());
    if (!presence_.empty())
        presence_.back() = static_cast<std::uint8_t>(presence_.back() & last_octet(size()));
    for (std::size_t place = 0; place < size(); ++place)
        if (!is_there(place)) numbers_[place] = 0;
    settle();
}

// Cells that are equal are equal octet by octet.
void Cells::settle()
{
    const auto all = [&](std::uint8_t bits) { return bits == 0xff; };
    if (presence_.empty() || presence_.back() != last_octet(size())) return;
    if (std::all_of(presence_.begin(), presence_.end() - 1, all)) presence_.clear();
}

} // namespace hallmonitor
