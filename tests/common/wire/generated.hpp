#pragma once
// Random tables and readings, from a seed, for properties of the batch format.

#include "common/wire/batch.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace hallmonitor::test {

struct GeneratedReading {
    TableDefinition table;
    TableReading reading;
};

/// One agent's life: tables that change, disappear cell by cell, reset and wrap.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    /// The next reading of a random table; time goes on a little.
    GeneratedReading next();
    [[nodiscard]] MonoTime now() const { return now_; }
    std::uint64_t below(std::uint64_t limit);

private:
    struct Living {
        TableDefinition table;
        std::vector<Cell> cells;
        std::uint32_t ticks{0};
    };
    void redefine(Living& living);
    void move_on(Living& living);
    Cell moved(Cell before);

    std::mt19937_64 random_;
    std::vector<Living> tables_;
    MonoTime now_{std::chrono::seconds{1}};
};

} // namespace hallmonitor::test
