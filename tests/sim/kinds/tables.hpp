#pragma once
// The language in which a kind of device describes its objects: rows of cells. A cell is a fixed
// value, or one that the model computes.

#include "tests/sim/blueprint.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::sim {

/// An object without its name.
using Cell = Object;
using Cells = std::initializer_list<std::pair<std::uint32_t, Cell>>; // by column

namespace cell {

Cell integer(std::int64_t number);
Cell gauge(std::uint32_t number);
Cell counter(std::uint32_t number);
Cell ticks(std::uint32_t number);
Cell octets(Bytes content);
Cell text(std::string_view text);
/// A text that a person gave, or that names something.
Cell name(std::string_view text);
Cell oid(const Oid& oid);
Cell address(std::uint32_t ip);
Cell live(Live what, Meaning meaning = Meaning::other);

} // namespace cell

/// `a` followed by `b`.
Oid operator+(Oid a, const Oid& b);

class Tables {
public:
    /// `size`: what the kind was asked for, most often the count of ports.
    Tables(
        std::vector<PortSpec> ports,
        std::size_t size,
        std::uint32_t generation,
        std::uint32_t device
    );

    [[nodiscard]] const std::vector<PortSpec>& ports() const { return made_.ports; }
    [[nodiscard]] std::uint32_t if_index(std::size_t port) const { return made_.if_index[port]; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// The number of the device where the kind makes a blueprint for each, else 0.
    [[nodiscard]] std::uint32_t device() const { return device_; }

    /// `oid`: without the .0 of its instance.
    void scalar(Oid oid, Cell cell);
    /// A row of the table whose entry is given.
    void row(const Oid& entry, const Oid& index, Cells cells);
    /// The same for a row that belongs to a port, perhaps not always shown.
    void port_row(
        std::size_t port,
        const Oid& entry,
        const Oid& index,
        Cells cells,
        Shown shown = Shown::always
    );
    /// A row that is there while a signal is not 0.
    void row_while(std::uint16_t signal, const Oid& entry, const Oid& index, Cells cells);

    /// Adds a signal; gives its number.
    std::uint16_t signal(SignalSpec spec);
    /// A cell that tells a signal; one that is a counter is given as one.
    [[nodiscard]] static Cell cell_of(std::uint16_t signal, std::uint8_t tag = tag::integer);
    /// A text in which {n} is the number of the device.
    Cell own_text(std::string text);

    [[nodiscard]] const std::string& signal_name(std::uint16_t signal) const
    {
        return signals_[signal].name;
    }
    /// sysDescr, which neighbours are told as well.
    void set_descr(std::string descr) { made_.descr = std::move(descr); }

    [[nodiscard]] const std::string& descr() const { return made_.descr; }

    Blueprint take() &&;

private:
    void add(Oid oid, Cell cell, std::size_t column);
    void add_row(const Oid& entry, const Oid& index, std::uint32_t column, Cell cell);

    Blueprint made_;
    std::vector<SignalSpec> signals_;
    std::vector<Object> objects_;
    std::size_t size_;
    std::uint32_t device_;
};

} // namespace hallmonitor::sim
